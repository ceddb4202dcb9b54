"""What a job of an array does, on a node of the cluster: make its calls, and write down how each ended."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import FrameType

from specc_runtime.errors import CodecError
from specc_runtime.secrets import Redactor
from specc_targets.local.execution import Outcome
from specc_targets.local.processes.executor import ProcessExecutor
from specc_targets.local.processes.outcomes import lost
from specc_targets.remote.packing import unpack
from specc_targets.remote.project import Project, digest_of, unfold
from specc_targets.slurm.spool import LOGS, Entry, Wanted, has_outcome, read_entries, read_wanted, write_outcome
from specc_targets.slurm.writing import Descriptors, Log


def main(place: str) -> int:
    """Do what is left of the part of the work in `place` that this job of the array has."""
    folder, task = Path(place), int(os.environ["SLURM_ARRAY_TASK_ID"])
    wanted = read_wanted(folder)
    first, end = wanted.bounds[task], wanted.bounds[task + 1]
    signal.signal(signal.SIGTERM, _stop)
    log = Log(folder / LOGS / str(task), Redactor(os.environ.get(name, "") for name in wanted.hidden))
    with ExitStack() as stack:

        def report(item: int, outcome: Outcome) -> None:
            hidden = replace(outcome, message=log.redact(outcome.message), traceback=log.redact(outcome.traceback))
            write_outcome(folder, item, hidden, log.settle())

        root = _project(wanted, stack)
        if root is None:
            missing = lost(wanted.call, f"is on `{os.uname().nodename}`, which does not see `{wanted.root}`")
            for item in range(first, end):
                report(item, missing)
            return 0
        stack.enter_context(Descriptors(log))
        executor = ProcessExecutor(root, limit=1, on_log=log.line)
        stack.callback(executor.close)
        for item, entry in zip(range(first, end), read_entries(folder, first, end), strict=True):
            if has_outcome(folder, item):  # the job was put into the queue again
                continue
            log.item = (wanted.call.step, entry.indices)
            _make(executor, wanted, entry, lambda outcome, item=item: report(item, outcome))  # type: ignore[misc]  # mypy infers no types for defaults of a lambda
    return 0


def _make(executor: ProcessExecutor, wanted: Wanted, entry: Entry, report: Callable[[Outcome], None]) -> None:
    """Make one call."""
    try:
        arguments = unpack(entry.arguments)
    except CodecError as error:
        report(lost(wanted.call, f"cannot read its arguments, one of which {error}"))
        return
    call = replace(wanted.call, slots=tuple((name, tuple(things)) for name, things in entry.slots))
    executor.run(call, [(tuple(entry.indices), arguments)], lambda _, outcome: report(outcome))


def _project(wanted: Wanted, stack: ExitStack) -> Path | None:
    """The project as it was when the run began: where it stands, or a copy. None when neither can be had."""
    root = Path(wanted.root)
    if wanted.project is None:
        return root if root.is_dir() else None
    if digest_of(root) == wanted.digest:
        return root
    # written by the run itself, into a folder that is nobody else's
    project: Project = pickle.loads(Path(wanted.project).read_bytes())
    if project.archive is None:
        return root if root.is_dir() else None
    copy = stack.enter_context(tempfile.TemporaryDirectory(prefix="specc-", ignore_cleanup_errors=True))
    unfold(project.archive, Path(copy))
    return Path(copy)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # a signal handler's signature
    """The job is cancelled: end with all that was started."""
    sys.exit(128 + number)
