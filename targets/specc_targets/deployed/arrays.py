"""How far maps are that are arrays of jobs: the history of a run has nothing between their beginning and their end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from specc.targets import TargetError
from specc_targets.local.events import Event, ItemsFinished

if TYPE_CHECKING:
    from specc_targets.deployed.history import Reading
    from specc_targets.deployed.machine import Machine


def array_progress(machine: Machine, reading: Reading) -> list[Event]:
    """What Batch says of the arrays under way; nothing where it does not answer, or not to everybody."""
    if not reading.arrays:
        return []
    try:
        jobs = machine.jobs(list(reading.arrays))
    except TargetError:
        return []
    done, failed = Counter[str](), Counter[str]()
    for job in jobs:
        step = reading.arrays[job["jobId"]]
        summary = job.get("arrayProperties", {}).get("statusSummary") or {job["status"]: 1}
        failed[step] += summary.get("FAILED", 0)
        done[step] += summary.get("FAILED", 0) + summary.get("SUCCEEDED", 0)
    return [ItemsFinished(step, (), done[step], reading.items_of(step), failed[step]) for step in done]
