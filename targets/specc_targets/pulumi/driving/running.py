"""The Pulumi CLI, run so that it can be interrupted and never waits for anybody. Imports Pulumi's packages."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from specc_targets.pulumi.driving.command import MINIMUM, said_version
from specc_targets.pulumi.driving.errors import NotThere

_LONG = frozenset({"up", "preview", "refresh", "destroy", "import"})
"""What may take as long as AWS does."""
_SECONDS = 300
"""What everything else may take: it asks a backend that may be far away."""
_AFTERWARDS = 10
"""Seconds for which output is still read once the CLI has ended: a plugin that lives on holds it open."""
_STOPPING = (
    "stopping: what is under way at AWS is brought to its end first; another Ctrl-C stops at once, and may leave the "
    "stack to be mended with `specc recover`"
)
Say = Callable[[str], None]
OnLine = Callable[[str], object]


class Command(PulumiCommand):
    """The CLI at a path, for the Automation API. It has nothing to read from, and is told of interruptions."""

    def __init__(self, path: str, say: Say) -> None:
        """Raises `NotThere` for one that is too old, or does not run."""
        self.command = path
        self.version = _version(path)
        self.interrupted = False
        """Whether the user has pressed Ctrl-C while it ran."""
        self.last = CommandResult(stdout="", stderr="", code=0)
        """What it last came to."""
        self._say = say

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> CommandResult:
        """Run it with these arguments. Raises `CommandError` when it ends badly."""
        seconds = None if _LONG.intersection(args[:1]) else _SECONDS
        code, out, err, pressed = _run(
            [self.command, "--non-interactive", *args],
            cwd,
            _environment(self.command, additional_env),
            (on_output, on_error),
            seconds,
            self._say,
        )
        self.interrupted |= pressed
        self.last = CommandResult(stdout="\n".join(out), stderr="\n".join(err), code=code)
        if code != 0:
            raise create_command_error(self.last)
        return self.last


def _version(path: str) -> VersionInfo:
    said = said_version(path)
    try:
        version = VersionInfo.parse(said.removeprefix("v"))
    except ValueError:
        raise NotThere(f"`{path} version` says `{said[:80]}`, which is no version of the Pulumi CLI") from None
    if (version.major, version.minor, version.patch) < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise NotThere(
            f"the Pulumi CLI at {path} is too old: it is {version}, and {wanted} or later is needed; "
            "`specc up --install-pulumi` installs one"
        )
    return version


def _environment(path: str, additional: Mapping[str, str]) -> dict[str, str]:
    found = {**os.environ, **additional, "PULUMI_AUTOMATION_API": "true"}
    # plugins of languages lie beside the CLI
    found["PATH"] = os.pathsep.join([str(Path(path).parent), os.environ.get("PATH", os.defpath)])
    return found


def _run(
    arguments: list[str],
    folder: str,
    environment: Mapping[str, str],
    listeners: tuple[OnLine | None, OnLine | None],
    seconds: float | None,
    say: Say,
) -> tuple[int, list[str], list[str], bool]:
    """Code, lines of both outputs, and whether the user has interrupted it."""
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # a Ctrl-C reaches it from here alone, and it finds no terminal to ask on
    )
    lines: tuple[list[str], list[str]] = ([], [])
    readers = [
        threading.Thread(target=_read, args=(stream, listener, kept), daemon=True)
        for stream, listener, kept in zip((process.stdout, process.stderr), listeners, lines, strict=True)
    ]
    with _handing_on(process, say) as pressed:
        for reader in readers:
            reader.start()
        try:
            _wait(process, readers, seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            lines[1].append(f"error: the Pulumi CLI has not answered for {seconds:.0f} seconds")
        for reader in readers:
            reader.join(_AFTERWARDS)
    return process.returncode, list(lines[0]), list(lines[1]), bool(pressed)


def _wait(process: subprocess.Popen[str], readers: Sequence[threading.Thread], seconds: float | None) -> None:
    """Wait for its end. Raises `TimeoutExpired`."""
    if seconds is not None:
        end = time.monotonic() + seconds
        for reader in readers:  # which end with it, and need no looking again and again
            reader.join(max(0.0, end - time.monotonic()))
        seconds = max(0.0, end - time.monotonic())
    process.wait(seconds)


def _read(stream: IO[str], listener: OnLine | None, kept: list[str]) -> None:
    for line in stream:
        kept.append(line.rstrip())
        if listener is not None:
            listener(kept[-1])


@contextlib.contextmanager
def _handing_on(process: subprocess.Popen[str], say: Say) -> Iterator[list[int]]:
    """Hand SIGINT and SIGTERM on instead of ending here; the list that is given holds those that came."""
    pressed: list[int] = []

    def hand_on(number: int, _: object) -> None:
        pressed.append(number)
        if len(pressed) == 1:
            say(_STOPPING)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return
    earlier = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield pressed
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
