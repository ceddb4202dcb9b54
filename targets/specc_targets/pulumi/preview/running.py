"""One run of a program: a server on this machine, and the process that asks it."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING

from specc.targets import TargetError
from specc_targets.pulumi.preview.extra import need_pulumi
from specc_targets.pulumi.preview.monitor import Message, Planner, Ran, in_program_order
from specc_targets.pulumi.preview.shown import hidden

if TYPE_CHECKING:
    from specc_targets.pulumi.preview.serving import Answers

BOOT = Path(__file__).with_name("boot.py")
KEPT = 1 << 20
"""Bytes that are kept of what the program prints: the first ones."""
_UNSUPPORTED = re.compile(r"The Pulumi CLI does not support (?:the )?`?(.+?)`?\. Please update the Pulumi CLI\.?")
_HERE = r"without the Pulumi CLI there are no \1"
"""What the runtime says of what nobody here answers, and what is the case."""
GRACE = 5
"""Seconds that the server has to end, and a program after a failure: what waits for what failed may wait for ever."""
LOOK = 0.2
"""Seconds between looks at whether something has failed."""
PASSED = (
    "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH",
    "PYTHONUSERBASE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ", "VIRTUAL_ENV",
)  # fmt: skip
"""What the program's process has of this one's variables. Credentials and proxies are none of them."""
SET = {
    # An output in the middle of a text would be a sentence about outputs in the account; so it is an error.
    "PULUMI_ERROR_OUTPUT_STRING": "true",
    # Code of the user's that looks for credentials is not to find any, wherever they are.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "GRPC_VERBOSITY": "NONE",
}


def run(
    directory: Path,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    planner: Planner,
    dry_run: bool,
    timeout: float,
    environment: Mapping[str, str],
    secret_keys: Collection[str],
) -> Ran:
    """See `specc_targets.pulumi.preview.monitor.run_program`."""
    if not (directory / "__main__.py").is_file():
        raise TargetError(f"there is no program in `{directory}`: it has no `__main__.py`")
    need_pulumi()
    from specc_targets.pulumi.preview.serving import Answers

    answers = Answers(directory, project, stack, planner, dry_run)
    variables = {name: os.environ[name] for name in PASSED if name in os.environ} | SET | dict(environment)
    variables["PULUMI_CONFIG"] = json.dumps(dict(config))
    variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(sorted(secret_keys))
    with _served(answers) as address:
        mode = "preview" if dry_run else "up"
        # `-P`: what lies beside `boot.py` is not for the program to import.
        arguments = [sys.executable, "-P", str(BOOT), address, project, stack, mode, str(directory), str(os.getpid())]
        code, stdout, stderr = _process(arguments, directory, variables, timeout, lambda: answers.failed)
    if answers.bug is not None:
        raise answers.bug
    messages = list(answers.messages)
    if code is None and not answers.failed:
        messages.append(Message("error", "", f"the program did not end within {timeout:g} s"))
    elif not any(message.severity == "error" for message in messages):
        last = stderr.strip().splitlines()[-1:] or [f"its process ended with {code}"]
        if code:
            messages.append(Message("error", "", last[0]))
        elif not answers.ended:
            # What it has not come to would be deleted.
            messages.append(Message("error", "", "the program ended itself before its end"))
    secrets = answers.secrets | {config[key] for key in secret_keys if key in config}
    messages = [replace(message, text=_UNSUPPORTED.sub(_HERE, message.text)) for message in messages]
    longest_first = tuple(sorted(secrets, key=lambda secret: (-len(secret), secret)))
    hide = partial(hidden, secrets=longest_first)
    messages = [replace(message, text=hide(message.text)) for message in messages]
    ok = not any(message.severity == "error" for message in messages)
    return Ran(ok, _sorted(messages, answers), hide(stdout), hide(stderr), code is None, answers.asked, longest_first)


def _sorted(messages: list[Message], answers: Answers) -> tuple[Message, ...]:
    order = {wanted.urn: number for number, wanted in enumerate(in_program_order(answers.wanted.values()))}
    return tuple(sorted(messages, key=lambda message: order.get(message.urn, len(order))))


@contextmanager
def _served(answers: Answers) -> Iterator[str]:
    """The address at which the server listens for as long as the context lasts: on this machine only."""
    import grpc
    from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

    from specc_targets.pulumi.preview.serving import OPTIONS, THREADS

    logging.getLogger("grpc").setLevel(logging.CRITICAL)  # a call that is aborted is no news
    pool = ThreadPoolExecutor(THREADS)
    server = grpc.server(pool, options=OPTIONS)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(answers, server)
    engine_pb2_grpc.add_EngineServicer_to_server(answers, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait(GRACE)
        pool.shutdown(wait=False, cancel_futures=True)


def _process(
    arguments: list[str],
    directory: Path,
    variables: Mapping[str, str],
    timeout: float,
    failed: Callable[[], bool],
) -> tuple[int | None, str, str]:
    """How a process ended (None: it did not in time), and what it printed. It and its children are gone afterwards."""
    process = subprocess.Popen(
        arguments,
        cwd=directory,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    texts = (bytearray(), bytearray())
    readers = [
        Thread(target=_keep, args=pair, daemon=True)
        for pair in zip((process.stdout, process.stderr), texts, strict=True)
    ]
    for reader in readers:
        reader.start()
    try:
        code = _ending(process, timeout, failed)
    finally:
        _kill(process)
    for reader in readers:
        reader.join(GRACE)
    stdout, stderr = (text.decode(errors="replace") for text in texts)
    return code, stdout, stderr


def _ending(process: subprocess.Popen[bytes], timeout: float, failed: Callable[[], bool]) -> int | None:
    """How a process ends; None when it does not in time. After a failure it has nothing to do but to end."""
    deadline = time.monotonic() + timeout
    told = False
    while True:
        try:
            return process.wait(min(LOOK, max(deadline - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if not told and failed():
                told, deadline = True, min(deadline, now + GRACE)
            if now >= deadline:
                return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # it has ended, with all that was in its group
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _keep(stream: IO[bytes], text: bytearray) -> None:
    with stream:
        while part := stream.read1(1 << 16):  # type: ignore[attr-defined]  # of a pipe, which is buffered
            text.extend(part[: KEPT - len(text)])
