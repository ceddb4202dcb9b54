"""Runs a program: the action `command`. It is given a list of arguments, never a text that a shell reads."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Literal

from specc_runtime.errors import ArgumentMismatch, CommandError, OutputMismatch
from specc_runtime.expressions import ExpressionError, text_of
from specc_runtime.functions import root
from specc_runtime.programs import endings, streams

LARGEST_OUTPUT = 64 * 1024 * 1024
"""Bytes of standard output that are taken as a result."""
_CHUNK = 64 * 1024
_NO_PROGRAM = "there is no program `{0}`: it is neither on the PATH nor, with a `/` in it, below the package's root"


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
    last: deque[str] = deque(maxlen=streams.TOLD_LINES)
    followers = [streams.follow(process.stderr, sys.stderr, last)]
    output = bytearray()
    try:
        if result == "exit":
            followers.append(streams.follow(process.stdout, sys.stdout))
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
    if status < 0 or result != "exit":
        endings.check_status(status, endings.shown(arguments), last)
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
        raise CommandError(f"`{endings.shown(arguments)}` cannot be started: {error.strerror}") from None


def _read(stream: IO[bytes], arguments: list[str]) -> bytearray:
    found = bytearray()
    while chunk := stream.read(_CHUNK):
        found += chunk
        if len(found) > LARGEST_OUTPUT:
            raise OutputMismatch(
                f"`{endings.shown(arguments)}` printed more than {LARGEST_OUTPUT // 1024**2} MiB; "
                "have it write a file, and print where that is"
            )
    return found


def _value(output: bytearray, arguments: list[str], result: str) -> Any:
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        raise OutputMismatch(
            f"`{endings.shown(arguments)}` printed what is not UTF-8, at byte {error.start:,}; have it write a file"
        ) from None
    if result == "text":
        return text.rstrip("\n")
    if not text.strip():
        raise OutputMismatch(f"`{endings.shown(arguments)}` printed nothing, where its step expects JSON")
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        line = text.split("\n")[error.lineno - 1][:80]
        raise OutputMismatch(
            f"`{endings.shown(arguments)}` printed what is not JSON: {place}" + (f": {line}" if line else "")
        ) from None
    except ValueError as error:
        raise OutputMismatch(f"`{endings.shown(arguments)}` printed what is not JSON: {error}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"`{text}` is no number that JSON has")
