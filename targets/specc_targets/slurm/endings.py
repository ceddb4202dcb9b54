"""What has become of an item whose job ended without an answer."""

from __future__ import annotations

from pathlib import Path

from specc_runtime.errors import TIMEOUT, names_of
from specc_targets.local.execution import Call, Outcome
from specc_targets.local.processes.outcomes import lost
from specc_targets.slurm.programs import State
from specc_targets.slurm.spool import OUT

ALIVE = frozenset(
    {
        *("PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING"),
        *("REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT", "STAGE_OUT"),
    }
)
"""The states of jobs that may still give an answer."""
ORDINARY = frozenset({"", "None", "Priority", "Resources", "JobArrayTaskLimit", "BeginTime", "Prolog", "Cleaning"})
"""Reasons to wait of which nothing is said."""
_LAST = 2000
"""Bytes at the end of what a job has printed itself."""


def unanswered(call: Call, folder: Path, number: tuple[str, int], state: State | None, *, begun: bool) -> Outcome:
    """How an item ended whose job has ended. `state` is None when SLURM has forgotten the job."""
    job = f"SLURM job {number[0]}_{number[1]}"
    word, reason, node = state or State("", "", "")
    at = f" on `{node}`" if node else ""
    match word:
        case "TIMEOUT" | "DEADLINE":
            message = f"step `{call.step}` took longer than {job} may"
            return Outcome("timeout", "", b"", names_of(TIMEOUT), message)
        case "CANCELLED":
            return lost(call, f"was cancelled with {job}")
        case "OUT_OF_MEMORY":
            return lost(call, f"used more memory than {job}{at} may")
        case "NODE_FAIL" | "BOOT_FAIL":
            return lost(call, f"was lost with its node{at}: {job} ended as {word}")
        case "PREEMPTED":
            return lost(call, f"had to make room for others: {job} was preempted")
    why = f" ({reason})" if reason not in ORDINARY else ""
    how = f"ended without an answer: {job}{at} " + (f"ended as {word}{why}" if word else "is no longer known to SLURM")
    last = _last_lines(folder / OUT / str(number[1]))
    if last:
        how += f"; its last lines: {last}"
    elif not begun:
        how += f"; does the node see `{folder.parent}`? That has to be on a file system that all nodes share"
    return lost(call, how)


def _last_lines(path: Path) -> str:
    """The end of what a job has printed itself, in one line."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _LAST))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return " / ".join(line.strip() for line in text.splitlines()[-3:] if line.strip())[:500]
