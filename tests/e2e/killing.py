"""Starts runs in a folder of their own, kills them, and says from the outside what had happened by then.

Nothing here asks specc: calls write to a side file when they begin and end, and the journal is read by a few lines of this
file that know nothing but its format.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from e2e.kill_specs import HEAD, WORK, Killed

PATIENCE = 60.0
"""Seconds after which a run hangs."""


@dataclass(frozen=True)
class Marks:
    """What calls have written: how often each began, ended and raised."""

    begun: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)

    def __sub__(self, earlier: Marks) -> Marks:
        return Marks(self.begun - earlier.begun, self.ended - earlier.ended, self.raised - earlier.raised)


@dataclass(frozen=True)
class Journal:
    """What a run has written down."""

    good: frozenset[str] = frozenset()
    """Calls that have a result."""
    failed: frozenset[str] = frozenset()
    """Calls that failed for good."""
    torn: int = 0
    """Lines that are not whole; only the last may be."""

    @property
    def finished(self) -> frozenset[str]:
        """Calls that need not be made again."""
        return self.good | self.failed


def read_journal(data: bytes) -> Journal:
    """A journal by its format: checksum, space, JSON. Raises `AssertionError` for a bad line that is not the last."""
    good: set[str] = set()
    failed: set[str] = set()
    *whole, rest = data.split(b"\n")
    for line in whole:
        checksum, _, text = line.partition(b" ")
        assert checksum == b"%08x" % zlib.crc32(text), f"a line in the middle of the journal is damaged: {line!r}"
        kind, *fields = json.loads(text)
        if kind in {"item", "item-blob"}:
            good.add(f"{fields[0]}[{fields[1]}]")
        elif kind in {"step", "step-blob"}:
            good.add(fields[0])
        elif kind == "failed":
            failed.add(fields[0])
    return Journal(frozenset(good), frozenset(failed), 1 if rest else 0)


class Folder:
    """A spec in a folder of its own, and its runs."""

    def __init__(self, path: Path, killed: Killed) -> None:
        path.mkdir(parents=True)
        (path / "killed_work.py").write_text(WORK)
        (path / "spec.toml").write_text(HEAD + dedent(killed.text))
        self.path, self._marks = path, path / "marks"
        self._marks.touch()
        self.tag = f"specc-test-{uuid.uuid4().hex}"

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Begin a run; what it says goes to files, since a pipe would be held open by whatever outlives it."""
        environment = {**os.environ, "SPECC_TEST_MARKS": str(self._marks), "SPECC_TEST_TAG": self.tag}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["SPECC_STATE"] = str(self.path / ".specc")
        command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", "spec.toml", *options]
        with (self.path / "out").open("wb") as out, (self.path / "err").open("wb") as err:
            return subprocess.Popen(
                command, cwd=self.path, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment
            )

    def finish(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a run and for all that it has started."""
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the run hangs\n{self.errors}") from None
        left = self.survivors()
        deadline = time.monotonic() + 15
        while left and time.monotonic() < deadline:
            time.sleep(0.01)
            left = self.survivors()
        assert not left, f"processes are left behind: {left}"
        return code

    def survivors(self) -> list[int]:
        """The processes that inherited our mark in their environment."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if self.tag.encode() in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:  # it has ended meanwhile, or is not ours
                continue
        return found

    def stop_after(self, process: subprocess.Popen[bytes], marks: int, seconds: float, number: signal.Signals) -> None:
        """Send a signal once the side file has so many lines, and so many seconds later."""
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and self._marks.read_bytes().count(b"\n") < marks:
            assert time.monotonic() < deadline, "the run hangs"
            time.sleep(0.001)
        time.sleep(seconds)
        if process.poll() is None:
            process.send_signal(number)

    @property
    def lines(self) -> int:
        """How many lines the side file has."""
        return self._marks.read_bytes().count(b"\n")

    def marks(self) -> Marks:
        """What the side file says."""
        found = Marks()
        kinds = {"begin": found.begun, "end": found.ended, "raise": found.raised}
        for line in self._marks.read_text().splitlines():
            kind, _, key = line.partition(" ")
            kinds[kind][key] += 1
        return found

    def runs(self) -> list[Path]:
        """The directories of runs that can be taken up again: a process that is killed at once has made none."""
        found = []
        for path in sorted((self.path / ".specc" / "runs").glob("[!.]*/run.json")):
            try:
                json.loads(path.read_bytes())
            except ValueError:
                continue
            found.append(path.parent)
        return found

    def journal(self) -> Journal:
        """What the journal of the first run says."""
        runs = self.runs()
        path = runs[0] / "journal.jsonl" if runs else None
        return read_journal(path.read_bytes()) if path is not None and path.exists() else Journal()

    @property
    def outcome(self) -> dict[str, Any]:
        """What the last run printed."""
        found: dict[str, Any] = json.loads((self.path / "out").read_bytes())
        return found

    @property
    def errors(self) -> str:
        """What the last run said on standard error."""
        return (self.path / "err").read_text(errors="replace")


def nothing_repeated(folder: Folder, killed: Killed, marks: Marks, journal: Journal) -> tuple[Marks, Journal]:
    """Compare with how things stood before the last process; how they stand now."""
    now, written = folder.marks(), folder.journal()
    new = now - marks
    again = {key for key in new.begun if key in journal.finished or _plain(key) in journal.finished}
    assert not again, f"finished, and began again: {sorted(again)}"
    twice = {key: times for key, times in new.begun.items() if times - new.raised[key] > 1}
    assert not twice, f"began twice in one process: {twice}"
    assert journal.good <= written.good, "the journal has lost what was in it"
    if killed.at_once is not None:
        lost = {key for key in now.ended if _plain(key) not in written.finished}
        assert len(lost) <= killed.at_once, f"ended, and not in the journal: {sorted(lost)}"
    return now, written


def _plain(key: str) -> str:
    """An address without the status that `finally` steps were given."""
    return key.split(" ", maxsplit=1)[0]
