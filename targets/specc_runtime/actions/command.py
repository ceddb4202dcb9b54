"""Runs a program: the action `command`. It is given a list of arguments, never a text that a shell reads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Literal

from specc_runtime.errors import ArgumentMismatch, CommandError, OutputMismatch
from specc_runtime.expressions import ExpressionError
from specc_runtime.expressions import text_of as text_of_value
from specc_runtime.programs import endings, folders, groups, results, streams

LARGEST_OUTPUT = 64 * 1024 * 1024
"""Bytes of standard output that are taken as a result."""
_GRACE = 1.0
"""Seconds for what a program leaves behind to print its last lines, before it is killed."""
_NO_PROGRAM = "there is no program `{0}`: it is neither on the PATH nor, with a `/` in it, below the package's root"


def run(
    command: list[Any],
    result: Literal["text", "json", "lines", "jsonl", "csv", "exit"] = "text",
    env: dict[str, Any] | None = None,
    stdin: Any = None,
    files: dict[str, Any] | None = None,
    cwd: Literal["root", "fresh"] | None = None,
    artifacts: list[str] | None = None,
    metrics: dict[str, str] | None = None,
    exit_codes: dict[str, str] | None = None,
) -> Any:
    """Run a program, and give what it prints on standard output, read as `result` says (`programs.results`).

    With `exit` that is its log, as standard error always is, and the result is the status, where any is a value that
    `exit_codes` gives no error's name. The program reads `stdin`, or nothing. It runs in the package's root, and with
    `cwd = "fresh"` or with `files` in a folder of its own, where these are written first. `env` goes over the
    environment of the step. With `artifacts` the result is a table, in which these are (`folders.artifacts`).
    What the program has started ends with it.

    Raises `CommandError`, `OutputMismatch`, `ArgumentMismatch`, `StoreError`, and errors of the names in `exit_codes`.
    """
    arguments = words(command)
    own = {name: text_of_argument(value, f"`env.{name}`") for name, value in (env or {}).items()}
    with folders.working_folder(cwd or ("fresh" if files else "root")) as folder:
        write_files(folder, files)
        status, output, last = _run(arguments, folder, {**os.environ, **own}, stdin, result, _pattern(metrics))
        if result != "exit" or status < 0 or str(status) in (exit_codes or {}):
            endings.check_status(status, endings.shown(arguments), last, exit_codes)
        found = status if result == "exit" else results.value_of(output, endings.shown(arguments), result)
        return found if artifacts is None else folders.with_artifacts(found, folders.artifacts(folder, artifacts))


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
        raise ArgumentMismatch(f"{where} is bytes, which cannot be an argument; hand it over in `stdin` or `files`")
    text = _text(value, where)
    if "\0" in text:
        raise ArgumentMismatch(f"{where} holds a NUL character, which no argument or variable can")
    return text


def _text(value: Any, where: str) -> str:
    try:
        return text_of_value(value)
    except ExpressionError:
        raise ArgumentMismatch(f"{where} is `{type(value).__name__}`, which cannot be written as a text") from None


def write_files(folder: Path, files: Mapping[str, Any] | None) -> None:
    """Write the files that a program is given. Raises `ArgumentMismatch` and `StoreError`."""
    for name, value in (files or {}).items():
        folders.write_file(folder, name, content_of(value, f"`files.{name}`"))


def content_of(value: Any, where: str) -> bytes | dict[str, Any]:
    """What a file or the standard input holds: bytes and texts as they are, an artifact, anything else as JSON."""
    if isinstance(value, bytes) or folders.is_artifact(value):
        return value  # type: ignore[no-any-return]  # one of these
    return _text(value, where).encode("utf-8", "surrogatepass")


def _run(
    arguments: list[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: Any,
    result: str,
    on_line: Callable[[str], None] | None,
) -> tuple[int, bytes, deque[str]]:
    """The status, what was printed unless that is the log, and the last lines of standard error."""
    last: deque[str] = deque(maxlen=streams.TOLD_LINES)
    content = None if stdin is None else content_of(stdin, "`stdin`")
    with folders.readable(content) as given:
        process = _start(arguments, folder, environment, given)
    assert process.stdout is not None
    assert process.stderr is not None
    followers = [streams.follow(process.stderr, sys.stderr, last)]
    output: streams.Collector | None = None
    if result == "exit":
        followers.append(streams.follow(process.stdout, sys.stdout, on_line=on_line))
    else:
        output = streams.Collector(process.stdout, LARGEST_OUTPUT, process.kill, on_line)
        followers.append(output.thread)
    try:
        groups.ended(process)
        streams.join(followers, _GRACE)
    finally:
        groups.kill_group(process.pid)
        status = groups.wait(process)
    streams.join(followers, _GRACE)
    if output is not None and output.is_too_much:
        raise OutputMismatch(
            f"`{endings.shown(arguments)}` printed more than {LARGEST_OUTPUT // 1024**2} MiB; "
            "have it write a file, and print where that is"
        )
    return status, bytes(output.data) if output is not None else b"", last


def _start(
    arguments: list[str], folder: Path, environment: Mapping[str, str], stdin: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    program, package = arguments[0], folders.package_root()
    if "/" in program and folder != package:
        arguments = [str(package / program), *arguments[1:]]
    try:
        return groups.start(
            arguments,
            folder=folder,
            environment={**environment, folders.ROOT: str(package)},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except (FileNotFoundError, NotADirectoryError):
        if (package / program).is_file():
            raise CommandError(f"`{program}` cannot be started: what its first line names is not there") from None
        raise CommandError(_NO_PROGRAM.format(program)) from None
    except PermissionError:
        raise CommandError(f"`{program}` may not be run: it is no program, or not executable") from None
    except OSError as error:
        raise CommandError(f"`{endings.shown(arguments)}` cannot be started: {error.strerror}") from None


def _pattern(metrics: Mapping[str, str] | None) -> Callable[[str], None] | None:
    if not metrics:
        return None
    from specc_runtime import tracking

    return tracking.patterns(metrics)
