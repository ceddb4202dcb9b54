"""Makes the calls of a run on SLURM."""

from __future__ import annotations

import os
import pickle
import resource
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from specc_runtime import capture
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.halt import Halted
from specc_targets.local.processes.outcomes import lost
from specc_targets.local.runs.state import state_directory
from specc_targets.local.slots import Closed, SlotPool
from specc_targets.remote.environment import added
from specc_targets.remote.errors import EngineError
from specc_targets.remote.packing import pack
from specc_targets.remote.project import Project, digest_of, read_project
from specc_targets.slurm import programs
from specc_targets.slurm.left import Left
from specc_targets.slurm.options import arguments, read_options
from specc_targets.slurm.programs import SlurmError
from specc_targets.slurm.spool import Entry, Slots, make_private, write_whole
from specc_targets.slurm.submission import Caller, Slip, Submission
from specc_targets.slurm.submitting import ENDED, Setting, Submitter
from specc_targets.slurm.watching import Watcher

SPOOL = "SPECC_SLURM_SPOOL"
"""The variable that names a folder which all machines share, where that of the run is not one."""
_MOST = 1000
"""Calls that are submitted at the same time, unless `-j` says another number."""
_FEWEST = 32
_PROJECT = "project"


class SlurmExecutor:
    """Calls as jobs of arrays: an `Executor`, and a `Queue`.

    A job that ends without an answer loses the call that it was making; what it had not begun is submitted again.
    """

    starting = 0
    """Whether a job waits in the queue or runs is SLURM's affair."""

    def __init__(
        self,
        address: str | None,
        root: Path,
        *,
        jobs: int | None = None,
        name: str = "",
        folder: Path | None = None,
        slots: SlotPool | None = None,
    ) -> None:
        """Functions are those below `root`. `folder` is the run's; what it has left there is gone on with.

        What is added to the environment of this process from now on, the calls have, too. Raises `EngineError`.
        """
        options = read_options(address)
        programs.check_installed()
        try:
            largest = programs.largest_array()
            programs.check_options(arguments(options, Call("", ""), 1))
        except SlurmError as error:
            raise EngineError(f"SLURM cannot be used: {error}") from error
        self.capacity = jobs or min(_MOST, largest, _threads())
        """How many calls are submitted at the same time."""
        self._before = dict(os.environ)
        self._slots = SlotPool() if slots is None else slots
        self._lock = threading.Lock()
        self._closed = False
        self._taken: dict[str, tuple[int, float]] = {}
        self._spool = _spool(folder)
        root = root.resolve()
        try:
            digest = digest_of(root)
            self._left = Left(self._spool, digest)
            file = _written(self._spool / f"{_PROJECT}-{digest[:16]}", root)
        except SlurmError as error:
            raise EngineError(f"SLURM cannot be used: {error}") from error
        except OSError as error:
            raise _unwritable(self._spool, error) from error
        setting = Setting(self._spool, name, root, digest, file, options, largest)
        self._watcher = Watcher(options.look, self._again, self._note, self._turn)
        for submission in self._left.submissions:
            self._watcher.add(submission)
        self._submitter = Submitter(setting, self._hidden, self._watcher, self._seconds)
        self._watcher.start()

    def run(self, call: Call, items: Sequence[Item], report: Callable[[int, Outcome], None]) -> None:
        """Run `items` in one job, one after the other, as `Executor.run` says."""
        if not call.slots:
            self._run(call, items, range(len(items)), (), report)
            return
        for position in range(len(items)):
            try:
                with self._slots.lease(call.slots, self) as leased:
                    own = tuple((name, (thing,)) for name, thing in leased.items())
                    self._run(replace(call, slots=()), items, range(position, position + 1), own, report)
            except Closed:
                report(position, lost(call, ENDED))

    def withdraw(self, step: str, items: tuple[int, ...]) -> None:
        """Cancel the jobs of a map that have not begun, as `Queue.withdraw` says."""
        self._submitter.withdraw((step, items))

    def close(self) -> None:
        """Cancel what is left, and remove the files; of what failed they stay. May be called again."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._slots.abandon(self)
        self._submitter.close()
        submissions = self._watcher.close()
        under_way = [one for one in submissions if one.job and (one.open or not one.is_own)]
        if under_way:
            _cancel([one.job for one in under_way])
        for submission in submissions:
            for slip in submission.open.values():
                slip.answer(lost(slip.call, ENDED))
        self._clean([one for one in submissions if not one.failed])

    def _run(
        self, call: Call, items: Sequence[Item], which: range, slots: Slots, report: Callable[[int, Outcome], None]
    ) -> None:
        caller = Caller()
        slips = [Slip(call, Entry(tuple(items[at][0]), pack(dict(items[at][1])), slots), caller, at) for at in which]
        fresh: list[Slip] = []
        for slip in slips:
            submission = self._left.claim(slip)
            if submission is None:
                fresh.append(slip)
            else:
                self._submitter.follows(slip, submission)
                self._watcher.wake()
        if fresh:
            self._submitter.add(fresh)
        try:
            for _ in slips:
                position, outcome = caller.news.get()
                if outcome is None:
                    raise Halted
                report(position, outcome)
        except BaseException:
            caller.abandoned = True
            self._watcher.wake()
            raise

    def _again(self, slips: list[Slip]) -> None:
        self._submitter.add(slips)

    def _turn(self) -> None:
        self._submitter.poke()

    def _note(self, step: str, outcome: Outcome) -> None:
        """Remember how long calls take. Called in one thread."""
        count, seconds = self._taken.get(step, (0, 0.0))
        self._taken[step] = count + 1, seconds + outcome.seconds

    def _seconds(self, step: str) -> float | None:
        count, seconds = self._taken.get(step, (0, 0.0))
        return seconds / count if count else None

    def _hidden(self) -> tuple[str, ...]:
        """The variables of the run that hold secrets: SLURM hands them on, and no file has them."""
        return tuple(name for name, value in added(self._before).items() if capture.hidden(value) != value)

    def _clean(self, submissions: Sequence[Submission]) -> None:
        """Remove files, which jobs that are just ending may still write to."""
        for _ in range(5):
            for submission in submissions:
                shutil.rmtree(submission.folder, ignore_errors=True)
            if not any(submission.folder.exists() for submission in submissions):
                break
            time.sleep(0.1)
        with suppress(OSError):
            if not any(entry.is_dir() for entry in self._spool.iterdir()):
                shutil.rmtree(self._spool, ignore_errors=True)


def _threads() -> int:
    """How many threads this process may well have: a login node allows a user only so many."""
    allowed = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    return _MOST if allowed == resource.RLIM_INFINITY else max(_FEWEST, allowed // 4)


def _spool(folder: Path | None) -> Path:
    """The folder for this run's files, private. Raises `EngineError`."""
    name = secrets.token_hex(6) if folder is None else folder.name
    given = os.environ.get(SPOOL)
    if given:
        found = Path(given).resolve() / name
    else:
        found = folder.resolve() / "slurm" if folder is not None else state_directory().resolve() / "slurm" / name
    try:
        make_private(found)
    except OSError as error:
        raise _unwritable(found, error) from error
    return found


def _unwritable(spool: Path, error: OSError) -> EngineError:
    return EngineError(
        f"the folder `{spool}` for the files of SLURM jobs cannot be written ({error.strerror or error});"
        f" {SPOOL} names another one, which all machines share"
    )


def _written(path: Path, root: Path) -> Path | None:
    """The file that has the project, for jobs that do not see it as it is now; None where it is too large."""
    project: Project = read_project(root)
    if project.archive is None:
        return None
    write_whole(path, pickle.dumps(project, 5))
    return path


def _cancel(jobs: Sequence[str]) -> None:
    try:
        programs.cancel(jobs)
    except SlurmError as error:
        sys.stderr.write(f"jobs may still run ({error}); to end them: scancel {' '.join(jobs)}\n")
