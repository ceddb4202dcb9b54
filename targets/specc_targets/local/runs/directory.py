"""The folder of a run: what it is, how it ended, and who is running it."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from specc_targets.local.runs import lock as locks
from specc_targets.local.runs.errors import RunBusy, RunDamaged, RunNotFound, StateError, cannot
from specc_targets.local.runs.files import FOLDER_MODE, make_folder, read_json, write_file, write_json
from specc_targets.local.runs.journal import Journal
from specc_targets.local.runs.names import is_name, new_run_id, resolve
from specc_targets.local.runs.state import make_state

RUNS = "runs"
HEADER = "run.json"
RESULT = "result.json"
LOCK = "lock"

Status = Literal["running", "succeeded", "failed", "interrupted", "killed"]
_ENDED: dict[str, Status] = {"succeeded": "succeeded", "failed": "failed", "interrupted": "interrupted"}


class RunDirectory:
    """One run, past or present. Reading one changes nothing; only the process that has the lock may write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self._lock: locks.Lock | None = None
        self._header: dict[str, Any] | None = None

    @classmethod
    def create(cls, state: Path, run_id: str | None, header: Mapping[str, Any]) -> RunDirectory:
        """Make the folder of a new run, whose lock this process then has. Others see it whole or not at all.

        Without `run_id` it is named after the time. Raises `StateError`, also when there is such a run already.
        """
        runs = make_state(state) / RUNS
        make_folder(runs)
        if run_id is not None and not is_name(run_id):
            raise StateError(f"`{run_id}` cannot be the name of a run: letters, digits, `.`, `_` and `-` can")
        name = run_id or new_run_id()
        making = runs / f".new-{name}-{os.getpid()}"
        lock: locks.Lock | None = None
        try:
            making.mkdir(FOLDER_MODE)
            lock = _lock(making, name)
            write_json(making / HEADER, header)
            while not _move(making, runs / name):
                if run_id is not None:
                    raise StateError(f"there is a run `{run_id}` already; choose another name")
                name = new_run_id()
        except BaseException as error:
            if lock:
                lock.release()
            _discard(making)
            if isinstance(error, OSError):
                raise StateError(cannot("make the folder", runs / name, error)) from error
            raise
        found = cls(runs / name)
        found._lock = lock
        return found

    @classmethod
    def open(cls, state: Path, run_id: str | None, *, lock: bool) -> RunDirectory:
        """A run by its name, its beginning, four or more characters of its end, or None for the latest.

        `lock` takes its lock, to go on with it. Raises `RunNotFound`, `RunBusy`, `RunDamaged`.
        """
        names = run_names(state)
        if run_id is None and not names:
            raise RunNotFound(f"there are no runs in `{state}`")
        found = cls(state / RUNS / (names[0] if run_id is None else resolve(run_id, names)))
        if lock:
            found.header()
            found.acquire()
        return found

    def acquire(self) -> None:
        """Take the lock. Raises `RunBusy` when another process has it."""
        if self._lock is None:
            self._lock = _lock(self.path, self.id)

    def header(self) -> dict[str, Any]:
        """What `run.json` says. Raises `RunDamaged`."""
        if self._header is None:
            try:
                self._header = read_json(self.path / HEADER)
            except FileNotFoundError:
                raise RunDamaged(f"the run `{self.id}` is damaged: it has no `{HEADER}`") from None
            except StateError as error:
                raise RunDamaged(f"the run `{self.id}` is damaged: {error}") from None
        return self._header

    def write_header(self, header: Mapping[str, Any]) -> None:
        """Replace `run.json`, whole or not at all. Raises `StateError`."""
        write_json(self.path / HEADER, header)
        self._header = dict(header)

    def damage(self) -> str | None:
        """Why the run cannot be shown or gone on with; None when it can."""
        try:
            self.header()
        except RunDamaged as error:
            return str(error)
        return None

    def result(self) -> dict[str, Any] | None:
        """What `result.json` says; None while there is none that can be read."""
        with contextlib.suppress(FileNotFoundError, StateError):
            return read_json(self.path / RESULT)
        return None

    def status(self) -> Status:
        """How the run ended, or whether a process is running it. `killed`: neither."""
        said = self._said()
        if isinstance(said, str) and said in _ENDED:
            return _ENDED[said]
        return "running" if self._lock or locks.is_held(self.path / LOCK) else "killed"

    def _said(self) -> object:
        """The status in `result.json`. It is written first, for the outputs behind it may be large."""
        try:
            with (self.path / RESULT).open("rb") as file:
                start = file.read(64)
        except OSError:
            return None
        found = re.match(rb'\{\s*"status":\s*"([a-z]+)"', start)
        return found[1].decode() if found else (self.result() or {}).get("status")

    def pid(self) -> int | None:
        """The process that runs it; None when none does."""
        return locks.holder(self.path / LOCK) if locks.is_held(self.path / LOCK) else None

    def open_journal(self) -> Journal:
        """Open the journal to write to it: from now on the run has not ended. Raises `JournalError`."""
        with contextlib.suppress(OSError):
            (self.path / RESULT).unlink()
        spec = self.header().get("spec")
        return Journal(self.path, self.id, spec=spec if isinstance(spec, str) else "SPEC")

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the run, such as `plan.json`, whole or not at all. Raises `StateError`."""
        write_file(self.path / name, data)

    def write_result(self, result: Mapping[str, Any]) -> None:
        """Say how the run ended, under the key `status`. Raises `StateError`."""
        write_json(self.path / RESULT, {"status": result.get("status"), **result})

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock:
            self._lock.release()
            self._lock = None

    def __repr__(self) -> str:
        return f"RunDirectory({str(self.path)!r})"


def run_names(state: Path) -> list[str]:
    """The names of all runs, newest first. Raises `StateError` when they cannot be listed."""
    try:
        with os.scandir(state / RUNS) as entries:
            names = [entry.name for entry in entries if is_name(entry.name) and entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StateError(cannot("list the runs in", state / RUNS, error)) from error
    return sorted(names, reverse=True)


def list_runs(state: Path) -> list[RunDirectory]:
    """All runs, newest first. Nothing is read of them yet: ask `damage()` before `header()`."""
    return [RunDirectory(state / RUNS / name) for name in run_names(state)]


def _lock(path: Path, name: str) -> locks.Lock:
    found = locks.acquire(path / LOCK)
    if isinstance(found, locks.Lock):
        return found
    who = f"process {found}" if found else "another process"
    raise RunBusy(f"the run `{name}` is still going: {who} runs it; wait for it, or stop it first", found)


def _move(source: Path, target: Path) -> bool:
    """Move a folder to a place where there is none."""
    try:
        source.rename(target)  # fails where there is a folder, unless that is empty; a run's never is
    except OSError:
        if target.exists():
            return False
        raise
    return True


def _discard(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
