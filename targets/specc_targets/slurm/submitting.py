"""The thread that makes arrays of what many threads ask for at about the same time."""

from __future__ import annotations

import itertools
import re
import secrets
import shlex
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specc_targets.local.execution import Call, Outcome
from specc_targets.local.processes.outcomes import lost
from specc_targets.slurm import programs
from specc_targets.slurm.options import Options, arguments
from specc_targets.slurm.programs import SlurmError, UnreachableError
from specc_targets.slurm.spool import JOB, OUT, Wanted, write_wanted, write_whole
from specc_targets.slurm.submission import Slip, Submission
from specc_targets.slurm.watching import Watcher

ENDED = "was stopped because the run ended"
_QUIET, _LONGEST = 0.05, 0.5
"""Seconds: an array is submitted when nobody has come for so long, or the first has waited for so long."""
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds between two attempts to submit, where SLURM does not answer."""
_WORTH = 10.0
"""Seconds of work that a job should have: its start may take as long."""
_SPREAD = 32
"""Jobs that there should be before one makes several calls."""

Bundle = Sequence[Slip]
"""Items that one job does one after the other."""
_Key = tuple[Call, tuple[int, ...]]
"""What goes into one array: a call; and where it is limited how many go on at once, the indices around its map."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all submissions of a run share."""

    spool: Path
    name: str
    """Of the spec."""
    root: Path
    digest: str
    project: Path | None
    options: Options
    largest: int
    """Jobs that an array may have."""


class Submitter:
    """Gathers calls, and submits them. Of calls that may not all be under way at once there is one array at a time."""

    def __init__(
        self,
        setting: Setting,
        hidden: Callable[[], tuple[str, ...]],
        watcher: Watcher,
        seconds: Callable[[str], float | None],
    ) -> None:
        """`hidden` names the variables that hold secrets; `seconds` says how long a step's calls have taken so far."""
        self._setting, self._hidden, self._watcher, self._seconds = setting, hidden, watcher, seconds
        self._changed = threading.Condition()
        self._bundles: list[Bundle] = []
        self._held: dict[_Key, list[Bundle]] = {}
        self._under_way: dict[_Key, Submission] = {}
        self._withdrawn: list[tuple[str, tuple[int, ...]]] = []
        self._first = self._last = 0.0
        self._closed = False
        self._numbers = itertools.count(1)
        self._thread = threading.Thread(target=self._work, name="specc-slurm-submitter", daemon=True)
        self._thread.start()

    def add(self, bundle: Bundle) -> None:
        """Have one job do these, one after the other. Safe in any thread."""
        with self._changed:
            if not self._closed:
                self._last = time.monotonic()
                if not self._bundles:
                    self._first = self._last
                    self._changed.notify()
                self._bundles.append(bundle)
                return
        _answer([bundle], ENDED)

    def withdraw(self, some: tuple[str, tuple[int, ...]]) -> None:
        """Submit no more items of a map, and cancel those that have not begun. Safe in any thread."""
        dropped: list[Bundle] = []
        with self._changed:
            self._withdrawn.append(some)
            for bundles in (self._bundles, *self._held.values()):
                dropped += [bundle for bundle in bundles if bundle[0].belongs_to([some])]
                bundles[:] = [bundle for bundle in bundles if not bundle[0].belongs_to([some])]
        for bundle in dropped:
            for slip in bundle:
                slip.answer(None)
        self._watcher.withdraw(some)

    def poke(self) -> None:
        """Look whether what was held may go. Safe in any thread."""
        if self._held:
            with self._changed:
                self._changed.notify()

    def close(self) -> None:
        """Submit nothing more."""
        with self._changed:
            self._closed = True
            left = [*self._bundles, *itertools.chain.from_iterable(self._held.values())]
            self._bundles, self._held = [], {}
            self._changed.notify()
        _answer(left, ENDED)
        self._thread.join()

    def follows(self, slip: Slip, submission: Submission) -> None:
        """An item is in an array that an earlier part of the run has submitted. Safe in any thread."""
        if slip.call.at_once is not None:
            self._under_way[_key_of(slip)] = submission

    def _work(self) -> None:
        while groups := self._gather():
            for key, bundles in groups.items():
                tasks = self._tasks(key[0], [bundle for bundle in bundles if not bundle[0].caller.abandoned])
                for first in range(0, len(tasks), self._setting.largest):
                    some = tasks[first : first + self._setting.largest]
                    if self._closed:
                        _answer(some, ENDED)
                    elif not self._hold(key, some):
                        self._submit(key, some)
            for some_map in self._withdrawn:  # while these were submitted
                self._watcher.withdraw(some_map)

    def _gather(self) -> dict[_Key, list[Bundle]]:
        """What has come until it is quiet, and what was held and may go; nothing when it is closed."""
        groups: dict[_Key, list[Bundle]] = {}
        with self._changed:
            while not groups and not self._closed:
                self._changed.wait_for(lambda: self._bundles or self._closed or self._may_go())
                while self._bundles and not self._closed:
                    left = min(self._last + _QUIET, self._first + _LONGEST) - time.monotonic()
                    if left <= 0:
                        break
                    self._changed.wait(left)
                self._withdrawn.clear()
                found, self._bundles = self._bundles, []
                groups = {key: self._held.pop(key) for key in self._may_go()}
                for bundle in found:
                    key = _key_of(bundle[0])
                    (self._held if self._is_under_way(key) else groups).setdefault(key, []).append(bundle)
        return groups

    def _hold(self, key: _Key, tasks: Sequence[Bundle]) -> bool:
        """Whether these are kept for later, because others are under way."""
        with self._changed:
            if self._closed or not self._is_under_way(key):
                return False
            self._held.setdefault(key, []).extend(tasks)
            return True

    def _may_go(self) -> list[_Key]:
        """What was held for an array that has ended."""
        return [key for key in self._held if not self._is_under_way(key)]

    def _is_under_way(self, key: _Key) -> bool:
        before = self._under_way.get(key)
        if before is None or before.open:
            return before is not None
        self._under_way.pop(key, None)
        return False

    def _tasks(self, call: Call, bundles: Sequence[Bundle]) -> list[list[Slip]]:
        """The items of each job: more than one bundle where calls are short, and many."""
        most = self._setting.options.per_task
        if most is None:
            seconds = self._seconds(call.step)
            worth = 1 if seconds is None else int(_WORTH / max(seconds, 0.01))
            most = max(1, min(worth, sum(map(len, bundles)) // _SPREAD))
        tasks: list[list[Slip]] = []
        for bundle in bundles:
            if tasks and len(tasks[-1]) + len(bundle) <= most:
                tasks[-1].extend(bundle)
            else:
                tasks.append(list(bundle))
        return tasks

    def _submit(self, key: _Key, tasks: Sequence[list[Slip]]) -> None:
        call = key[0]
        if self._closed:
            _answer(tasks, ENDED)
            return
        setting, slips = self._setting, [slip for task in tasks for slip in task]
        folder = setting.spool / f"{next(self._numbers):05}-{secrets.token_hex(3)}"
        bounds = (0, *itertools.accumulate(map(len, tasks)))
        project = None if setting.project is None else str(setting.project)
        wanted = Wanted(call, bounds, str(setting.root), setting.digest, project, self._hidden())
        options = [
            f"--job-name={_name(setting.name, call.step)}",
            f"--array=0-{len(tasks) - 1}" + (f"%{call.at_once}" if call.at_once is not None else ""),
            f"--output={str(folder / OUT).replace('%', '%%')}/%a",
            "--export=ALL",
            "--nodes=1",
            "--ntasks=1",
            *arguments(setting.options, call, max(map(len, tasks))),
        ]
        script = folder / "job.sh"
        try:
            write_wanted(folder, wanted, [slip.entry for slip in slips])
            script.write_text(_script(folder, setting.root))
            job = self._sbatch(script, options)
            write_whole(folder / JOB, job.encode())
        except UnreachableError as error:
            _answer(tasks, f"could not be submitted: {error}")
        except SlurmError as error:
            message = f"SLURM does not take the jobs of step `{call.step}`: {error}"
            for slip in slips:
                slip.answer(Outcome("failed", names=("JobRejected",), message=message))
        except Exception as error:  # the run must not wait for ever for what this thread would die of
            if not isinstance(error, OSError):
                _answer(tasks, f"could not be submitted: {type(error).__name__}: {error}")
                return
            _answer(tasks, f"could not be submitted: `{folder}` cannot be written: {error.strerror or error}")
        else:
            submission = Submission(folder, wanted, job, slips)
            if call.at_once is not None:
                self._under_way[key] = submission
            self._watcher.add(submission)

    def _sbatch(self, script: Path, options: Sequence[str]) -> str:
        """Submit, and see that nothing is submitted twice when the answer gets lost."""
        for pause in (*_PAUSES, None):
            try:
                return programs.submit(script, options)
            except UnreachableError:
                if pause is None or self._closed:
                    raise
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, pause)
                try:
                    job = programs.job_of(script)
                except SlurmError:
                    continue
                if job is not None:
                    return job
        raise AssertionError


def _key_of(slip: Slip) -> _Key:
    call = replace(slip.call, slots=())
    return call, slip.entry.indices[:-1] if call.at_once is not None else ()


def _answer(bundles: Sequence[Bundle], how: str) -> None:
    for bundle in bundles:
        for slip in bundle:
            slip.answer(lost(slip.call, how))


def _name(spec: str, step: str) -> str:
    return re.sub(r"[^\w./\[\]-]", "_", f"{spec}/{step}" if spec else step)[:128]


def _script(folder: Path, root: Path) -> str:
    """What SLURM runs: this interpreter, with our module path; the user's modules come when they are called."""
    users = root.resolve()
    path = [str(Path(entry).resolve()) for entry in sys.path if entry and Path(entry).resolve() != users]
    code = f"import sys; sys.path[:] = {path!r}; from specc_targets.slurm.task import main; sys.exit(main(sys.argv[1]))"
    command = shlex.join([sys.executable, "-c", code, str(folder)])
    return f"#!/bin/sh\nexec {command}\n"
