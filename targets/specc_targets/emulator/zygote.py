"""The process that sandboxes are forked from, and what runs in one: a handler, called as AWS's Python runtime does.

`python -m specc_targets.emulator.zygote SOCKET`; ends when its standard input closes.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from specc_targets.emulator import models
from specc_targets.emulator.calls import record
from specc_targets.emulator.sandbox import CrashedError, receive, send
from specc_targets.emulator.zygote_programs import run_module

_RESPONSE_LIMIT = 6 * 1024 * 1024
"""Bytes of a synchronous answer (AWS Lambda Developer Guide, "Lambda quotas")."""
_BASELINE = 2 * 1024**3
"""Address space that an idle interpreter may map beyond the function's memory."""


class Context:
    """The context object that a handler is given."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.aws_request_id = str(uuid4())
        self.function_name = settings["name"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{settings['name']}"
        self.memory_limit_in_mb = settings["memory"]
        self.log_group_name = f"/aws/lambda/{settings['name']}"
        self.log_stream_name = "emulator"
        self._end = time.monotonic() + settings["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds before the function is stopped."""
        return max(0, int((self._end - time.monotonic()) * 1000))


def main() -> None:
    """Fork a sandbox for each connection."""
    _prepare()
    record()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _end_with_parent()
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            try:
                _serve(connection)
            except (CrashedError, BrokenPipeError, ConnectionResetError):
                pass
            finally:
                os._exit(0)
        connection.close()


def _prepare() -> None:
    """Do once what each sandbox would pay for otherwise: import boto3, and read what a client of S3 needs."""
    models.install()
    with models.session() as shared:
        shared.client("s3", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


def _end_with_parent() -> None:
    """Stop when the server goes away (its end of the pipe closes); a thread would not survive into forked children."""
    watcher = threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True)
    watcher.start()


def _serve(connection: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = receive(connection)
    if "module" in settings:
        run_module(connection, settings)
        return
    send(connection, {"process": os.getpid()})
    os.environ.clear()
    os.environ.update(settings["environment"])
    log = os.open(settings["log"], os.O_WRONLY | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    os.chdir(settings["code"])
    sys.path.insert(0, settings["code"])
    sys.dont_write_bytecode, sys.pycache_prefix = False, settings["bytecode"]  # the next sandbox need not compile
    limit = settings["memory"] * 1024**2 + _BASELINE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    handler: Callable[[Any, Context], Any] | None = None
    while True:
        event = receive(connection)
        try:
            if handler is None:
                handler = _load(settings["handler"])
            text = json.dumps(handler(event, Context(settings)), ensure_ascii=False)
            _flush()
        except BaseException as error:  # whatever a handler raises becomes an answer
            _flush()
            send(connection, {"error": _describe(error)})
            continue
        if len(text.encode()) > _RESPONSE_LIMIT:
            message = f"Response payload size exceeded maximum allowed payload size ({_RESPONSE_LIMIT} bytes)."
            send(connection, {"error": {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}})
            continue
        send(connection, {"result": json.loads(text)})


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # the handler may have closed it
            stream.flush()


def _load(path: str) -> Callable[[Any, Context], Any]:
    module, _, name = path.rpartition(".")
    try:
        handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module.replace("/", ".")), name)
    except ImportError as error:
        raise type("ImportModuleError", (Exception,), {})(f"Unable to import module '{module}': {error}") from error
    return handler


def _describe(error: BaseException) -> dict[str, Any]:
    stack = traceback.format_tb(error.__traceback__)[1:]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": str(uuid4()),
        "stackTrace": stack,
    }


if __name__ == "__main__":
    main()
