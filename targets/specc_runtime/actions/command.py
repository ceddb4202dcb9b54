"""Runs a program: the action `command`. It is given a list of arguments, never a text that a shell reads."""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Literal

from specc_runtime.errors import ArgumentMismatch, CommandError, OutputMismatch
from specc_runtime.expressions import ExpressionError, text_of
from specc_runtime.functions import root

LARGEST_OUTPUT = 64 * 1024 * 1024
"""Bytes of standard output that are taken as a result."""
_CHUNK = 64 * 1024
_TOLD_LINES = 20
"""Last lines of standard error that the message of a failure holds."""
_TOLD = 500
"""Characters of each, and of the command."""
_NO_PROGRAM = "there is no program `{0}`: it is neither on the PATH nor, with a `/` in it, below the package's root"
_IN_WORDS = {
    126: "status 126: something that it calls is no program, or may not be run",
    127: "status 127: a program that it calls was not found",
}


def run(command: list[Any], result: Literal["text", "json", "exit"] = "text", env: dict[str, Any] | None = None) -> Any:
    """Run a program in the package's root, with nothing to read, and give its standard output.

    `text` is the output without the newlines at its end, as `$(...)` gives it in a shell; `json` is its value; `exit`
    is the status, where any is a value and what the program prints is its log. Standard error is always the log.
    `env` goes over the environment of the step. Raises `CommandError`, `OutputMismatch`, `ArgumentMismatch`.
    """
    arguments = words(command)
    own = {name: text_of_argument(value, f"`env.{name}`") for name, value in (env or {}).items()}
    process = _start(arguments, {**os.environ, **own})
    assert process.stdout is not None
    assert process.stderr is not None
    last: deque[str] = deque(maxlen=_TOLD_LINES)
    followers = [_follow(process.stderr, sys.stderr, last)]
    output = bytearray()
    try:
        if result == "exit":
            followers.append(_follow(process.stdout, sys.stdout))
        else:
            output = _read(process.stdout, arguments)
        for follower in followers:
            follower.join()
        status = process.wait()
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
    if status < 0 or (status and result != "exit"):
        raise CommandError(_failure(arguments, status, last))
    if result == "exit":
        return status
    return _value(output, arguments, result)


def words(command: list[Any]) -> list[str]:
    """The arguments as the program gets them.

    What is no text is written as it would be inside of one; a list gives as many arguments as it has items.
    """
    found: list[str] = []
    for number, item in enumerate(command):
        where = f"`command[{number}]`"
        items = item if isinstance(item, list) else [item]
        found += [text_of_argument(one, where) for one in items]
    if not found or not found[0]:
        raise ArgumentMismatch("`command` names no program: its first item is empty")
    return found


def text_of_argument(value: Any, where: str) -> str:
    """A value as a program gets it. Raises `ArgumentMismatch`; `where` says which one it is."""
    if value is None:
        raise ArgumentMismatch(f"{where} is null; give it a value, for example with `coalesce(..., '')`")
    if isinstance(value, bytes):
        raise ArgumentMismatch(f"{where} is bytes, which cannot be an argument; hand over a file's name instead")
    try:
        text = text_of(value)
    except ExpressionError:
        raise ArgumentMismatch(f"{where} is `{type(value).__name__}`, which cannot be written as a text") from None
    if "\0" in text:
        raise ArgumentMismatch(f"{where} holds a NUL character, which no argument or variable can")
    return text


def _start(arguments: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    folder = root() or Path.cwd()
    program = arguments[0]
    try:
        return subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except (FileNotFoundError, NotADirectoryError):
        if (folder / program).is_file():
            raise CommandError(f"`{program}` cannot be started: what its first line names is not there") from None
        raise CommandError(_NO_PROGRAM.format(program)) from None
    except PermissionError:
        raise CommandError(f"`{program}` may not be run: it is no program, or not executable") from None
    except OSError as error:
        raise CommandError(f"`{_shown(arguments)}` cannot be started: {error.strerror}") from None


def _read(stream: IO[bytes], arguments: list[str]) -> bytearray:
    found = bytearray()
    while chunk := stream.read(_CHUNK):
        found += chunk
        if len(found) > LARGEST_OUTPUT:
            raise OutputMismatch(
                f"`{_shown(arguments)}` printed more than {LARGEST_OUTPUT // 1024**2} MiB; "
                "have it write a file, and print where that is"
            )
    return found


def _follow(stream: IO[bytes], out: Any, last: deque[str] | None = None) -> threading.Thread:
    """Print what comes from `stream` line by line, in a thread that is taken for this one."""

    def follow() -> None:
        for line in iter(lambda: stream.readline(_CHUNK), b""):
            text = line.decode(errors="replace").rstrip("\r\n")
            if last is not None and text.strip():
                last.append(text if len(text) <= _TOLD else f"{text[:_TOLD]}…")
            print(text, file=out, flush=True)  # captured like whatever a step prints

    thread = threading.Thread(target=contextvars.copy_context().run, args=(follow,), daemon=True)
    thread.start()
    return thread


def _failure(arguments: list[str], status: int, last: deque[str]) -> str:
    shown = _shown(arguments)
    if status < 0:
        text = f"`{shown}` was ended by {_signal(-status)}"
    elif status in _IN_WORDS:
        text = f"`{shown}` failed with {_IN_WORDS[status]}"
    else:
        text = f"`{shown}` failed with status {status}"
    if not last:
        return text
    return f"{text}: {last[-1]}" + ("\nthe last it said:\n" + "\n".join(last) if len(last) > 1 else "")


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    known = {"SIGKILL": " (killed from outside; often because memory ran out)", "SIGSEGV": " (it crashed)"}
    return f"signal {number}, {name}{known.get(name, '')}"


def _shown(arguments: list[str]) -> str:
    text = shlex.join(arguments)
    return text if len(text) <= _TOLD else f"{text[:_TOLD]}…"


def _value(output: bytearray, arguments: list[str], result: str) -> Any:
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        raise OutputMismatch(
            f"`{_shown(arguments)}` printed what is not UTF-8, at byte {error.start:,}; have it write a file"
        ) from None
    if result == "text":
        return text.rstrip("\n")
    if not text.strip():
        raise OutputMismatch(f"`{_shown(arguments)}` printed nothing, where its step expects JSON")
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        line = text.split("\n")[error.lineno - 1][:80]
        raise OutputMismatch(
            f"`{_shown(arguments)}` printed what is not JSON: {place}" + (f": {line}" if line else "")
        ) from None
    except ValueError as error:
        raise OutputMismatch(f"`{_shown(arguments)}` printed what is not JSON: {error}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"`{text}` is no number that JSON has")
