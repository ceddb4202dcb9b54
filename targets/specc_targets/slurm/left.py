"""What a run that was killed has left behind: results that nobody had, and jobs that go on."""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path

from specc_targets.slurm import programs
from specc_targets.slurm.endings import ALIVE
from specc_targets.slurm.programs import Number, SlurmError, State
from specc_targets.slurm.spool import CALL, JOB, RESULTS, TAKEN, key_of, read_keys, read_outcome, read_wanted
from specc_targets.slurm.submission import Slip, Submission


class Left:
    """The items that need not be submitted again."""

    def __init__(self, spool: Path, digest: str) -> None:
        """Find them. Jobs of a project that is another one now are cancelled. Raises `SlurmError`."""
        self.submissions: list[Submission] = []
        self._known: dict[str, list[tuple[Submission, int]]] = {}
        self._lock = threading.Lock()
        found: list[Submission] = []
        stale: list[str] = []
        for folder in sorted(one for one in spool.iterdir() if (one / CALL).is_file()):
            job = _job(folder)
            submission = _read(folder, job)
            if submission is not None and submission.wanted.digest == digest:
                found.append(submission)
                continue
            stale.extend([job] if job else [])
            shutil.rmtree(folder, ignore_errors=True)
        states = programs.states({one.job for one in found if one.job}) if found else {}
        for submission in found:
            self.submissions.append(submission)
            for item, key in enumerate(read_keys(submission.folder)):
                if _is_good(submission, item, states):
                    self._known.setdefault(key, []).append((submission, item))
        if stale:
            programs.cancel(stale)
        count = sum(
            read_outcome(submission.folder, item) is None for some in self._known.values() for submission, item in some
        )
        if count:
            sys.stderr.write(f"{count} {'call' if count == 1 else 'calls'} of the run are under way in SLURM already\n")
            sys.stderr.flush()

    def claim(self, slip: Slip) -> Submission | None:
        """The array that has done the item, or will: then who waits for it is told."""
        if not self._known:
            return None
        with self._lock:
            found = self._known.get(key_of(slip.call, slip.entry))
            if not found:
                return None
            submission, item = found.pop(0)
            submission.expect(item, slip)
            return submission


def _job(folder: Path) -> str:
    """The number of its array; empty when it was never submitted. Raises `SlurmError`."""
    try:
        return (folder / JOB).read_text().strip()
    except OSError:  # the run was killed while it submitted
        return programs.job_of(folder / "job.sh") or ""


def _read(folder: Path, job: str) -> Submission | None:
    try:
        return Submission(folder, read_wanted(folder), job)
    except (OSError, ValueError, TypeError, KeyError):  # of another version of specc
        return None


def _is_good(submission: Submission, item: int, states: dict[Number, State]) -> bool:
    """Whether an item has a result that nobody has had yet, or is being done."""
    if (submission.folder / RESULTS / f"{item}{TAKEN}").exists():
        return False
    known = read_outcome(submission.folder, item)
    if known is not None:
        return known[0].kind == "done"
    state = states.get((submission.job, submission.task_of(item)))
    return state is not None and state.word in ALIVE


__all__ = ["Left", "SlurmError"]
