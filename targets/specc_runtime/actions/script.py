"""Runs a Python script as the real `__main__`, with values for some of its globals: the action `script`."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import IO, Any

from specc_runtime import slots
from specc_runtime.actions.command import content_of, text_of_argument, write_files
from specc_runtime.errors import ArgumentMismatch
from specc_runtime.programs import endings, folders, streams
from specc_runtime.scripts.pipes import pipes
from specc_runtime.scripts.requests import Start, packed
from specc_runtime.scripts.results import LastLine, Written, reported, same_error
from specc_runtime.scripts.servers import Frame, server

_GRACE = 10.0
"""Seconds for the last lines of a script that has ended; more are needed only where something holds its streams."""


def run(
    script: str | None = None,
    module: str | None = None,
    entry: str | None = None,
    arguments: dict[str, Any] | None = None,
    globals: dict[str, Any] | None = None,
    references: dict[str, dict[str, str]] | None = None,
    argv: list[Any] | None = None,
    stdin: Any = None,
    files: dict[str, Any] | None = None,
    outputs: Any = None,
    artifacts: list[str] | None = None,
    cwd: str | None = None,
    env: dict[str, Any] | None = None,
    metrics: dict[str, str] | None = None,
    exit_codes: dict[str, str] | None = None,
    **more: Any,
) -> Any:
    """Run a script as `python script.py` does, or a module as `python -m` does, in a clean process of its own.

    `globals` are put in where the script first binds them. With an `entry` the file runs under its own name, and this
    function is called with `arguments`, which are also called `with`. `references` are objects by name, `module:name`,
    under `globals` and `arguments`. The result is what `outputs` says: globals at the end, by name; `last_line` of
    standard output; the file `{"json": path}`; else what the entry gives. What it prints is the step's log. It reads
    `stdin`, or nothing, and works in the package's root, or in a folder of its own with `files` (see `command.run`).

    Raises what the script did not catch, under its name, `CommandError` for any other failure, `FunctionNotFound`,
    `ArgumentMismatch`, `OutputMismatch`, `CodecError`, `StoreError`, and errors of the names in `exit_codes`.
    """
    given = more.pop("with", None) or arguments or {}
    if more:
        raise ArgumentMismatch(f"a script takes no `{next(iter(more))}`")
    named = references or {}
    values = packed(globals or {}, named.get("globals") or {}, "the global")
    handed = packed(given, named.get("with") or named.get("arguments") or {}, "the argument")
    own = {name: text_of_argument(value, f"`env.{name}`") for name, value in (env or {}).items()}
    with folders.working_folder(cwd or ("fresh" if files else "root")) as folder, ExitStack() as stack:
        write_files(folder, files)
        reads = stack.enter_context(folders.readable(None if stdin is None else content_of(stdin, "`stdin`")))
        environment = {**os.environ, **{slots.variable(name): one for name, one in slots.current().items()}, **own}
        environment[folders.ROOT] = str(folders.package_root())
        looking = _looking(metrics, stack, environment)
        started = Start(script, module, entry, _words(argv or []), folder)
        request = started.request(values, handed, outputs if isinstance(outputs, list) else None, environment)
        written = Written(folder, outputs["json"]) if isinstance(outputs, dict) else None
        last_line = LastLine() if outputs == "last_line" else None
        status, frames, last = _run(
            request, environment, reads, [one for one in (looking, last_line) if one is not None]
        )
        _check(status, frames, started.shown, last, exit_codes)
        if written is not None:
            result = written.value(started.shown)
        elif last_line is not None:
            result = last_line.value(started.shown)
        elif outputs is not None or entry is not None:
            result = reported(frames, started.shown, entry if outputs is None else None)
        else:
            result = None
        return result if artifacts is None else folders.with_artifacts(result, folders.artifacts(folder, artifacts))


def _words(argv: list[Any]) -> list[str]:
    found: list[str] = []
    for number, item in enumerate(argv):
        items = item if isinstance(item, list) else [item]
        found += [text_of_argument(one, f"`argv[{number}]`") for one in items]
    return found


def _looking(
    metrics: Mapping[str, str] | None, stack: ExitStack, environment: dict[str, str]
) -> Callable[[str], None] | None:
    """Let the script log metrics; what looks for them in the lines that it prints."""
    from specc_runtime.tracking import collecting, patterns

    try:
        environment.update(stack.enter_context(collecting()))
    except OSError as error:  # the script itself may need no such folder
        print(f"metrics that the script logs are lost: {error.strerror}", file=sys.stderr)  # noqa: T201  # the step's log
    return patterns(metrics) if metrics else None


def _run(
    request: Mapping[str, Any],
    environment: Mapping[str, str],
    reads: IO[bytes] | int,
    on_lines: Sequence[Callable[[str], None]],
) -> tuple[int, list[Frame], deque[str]]:
    last: deque[str] = deque(maxlen=streams.TOLD_LINES)

    def on_line(line: str) -> None:
        for one in on_lines:
            one(line)

    with ExitStack() as stack:
        used = stack.enter_context(server(environment, request["cwd"]))
        ends = stack.enter_context(pipes(reads))
        out, err, report = (os.fdopen(one, "rb", buffering=65536) for one, _ in ends.pairs)
        ends.given()
        stack.callback(report.close)
        followers = [
            streams.follow(out, sys.stdout, on_line=on_line if on_lines else None),
            streams.follow(err, sys.stderr, last),
        ]
        stack.callback(_close, out, followers[0])
        stack.callback(_close, err, followers[1])
        status, frames = used.run(request, (*ends.theirs, *slots.held()), report.fileno(), ends.close)
        streams.join(followers, _GRACE)
    return status, frames, last


def _close(file: IO[bytes], follower: threading.Thread) -> None:
    """Close a file that nobody reads any more: closing one waits for who does."""
    if not follower.is_alive():
        file.close()


def _check(
    status: int, frames: Sequence[Frame], shown: str, last: deque[str], exit_codes: Mapping[str, str] | None
) -> None:
    """Raise what the script raised; or what its status means."""
    raised = next((frame for frame in frames if frame[0] == "raised"), None)
    if status > 0 and raised is not None and str(status) not in (exit_codes or {}):
        raise same_error(*raised[1:])
    endings.check_status(status, shown, last, exit_codes)
