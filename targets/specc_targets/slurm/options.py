"""What jobs are to have: the options that a user gives, and what the compute of a step asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from specc_targets.local.execution import Call
from specc_targets.local.processes.batch import IMPORT
from specc_targets.remote.errors import EngineError

LOOK = 10.0
"""Seconds between two questions to SLURM, unless the option `poll` says another number."""
_MEBIBYTE = 1024 * 1024
_OVERHEAD = 192
"""MiB that a job needs beside what its calls may have: for the interpreters that start and watch them."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FLAGS = frozenset({"contiguous", "exclusive", "overcommit", "oversubscribe", "requeue", "spread-job", "use-min-nodes"})
_OURS = frozenset(
    {
        *("array", "batch", "chdir", "clusters", "error", "export", "export-file", "help", "hold", "input", "job-name"),
        *("kill-on-invalid-dep", "no-requeue", "nodes", "ntasks", "open-mode", "output", "parsable", "quiet"),
        *("test-only", "usage", "verbose", "version", "wait", "wrap"),
    }
)
_OVER = {
    "mem": ("mem", "mem-per-cpu", "mem-per-gpu"),
    "cpus-per-task": ("cpus-per-task",),
    "gres": ("gpus", "gpus-per-node", "gpus-per-task", "gres"),
    "time": ("time",),
}
"""Which options what a step says itself stands over."""


@dataclass(frozen=True, slots=True)
class Options:
    """The part after `slurm=`."""

    sbatch: Mapping[str, str | None] = field(default_factory=dict)
    """Options of `sbatch` by name; None for those without a value."""
    look: float = LOOK
    per_task: int | None = None
    """How many calls a job makes one after the other; None: as many as make it worth its start."""


def read_options(address: str | None) -> Options:
    """Read `partition=short,account=x`. Raises `EngineError`."""
    found: dict[str, str | None] = {}
    last = ""
    for part in (address or "").split(",") if address else ():
        name, given, value = part.partition("=")
        if not given and name not in _FLAGS and found.get(last):
            found[last] = f"{found[last]},{part}"  # a comma in a value: `nodelist=a,b`
            continue
        if not _NAME.fullmatch(name) or (given and not value) or (not given and name not in _FLAGS):
            raise EngineError(
                f"`{part}` is no option of a SLURM job; write `slurm=partition=short,time=30`: long options of `sbatch`"
                " without `--`, with commas between them"
            )
        if name in _OURS:
            raise EngineError(f"the option `{name}` of SLURM jobs is set by specc itself")
        found[name], last = value if given else None, name
    look = _number(found, "poll", LOOK)
    per_task = _number(found, "per-task", 0)
    return Options(found, look, int(per_task) or None)


def _number(found: dict[str, str | None], name: str, default: float) -> float:
    text = found.pop(name, None)
    if text is None:
        return default
    try:
        number = float(text) if name == "poll" else int(text)
    except ValueError:
        number = 0
    if not 0 < number < math.inf:
        raise EngineError(f"`{name}={text}`: a positive number is needed")
    return number


def arguments(options: Options, call: Call, calls: int) -> list[str]:
    """The arguments of `sbatch` for jobs that make up to `calls` calls one after the other."""
    own: dict[str, str] = {}
    if call.memory is not None:
        own["mem"] = f"{math.ceil(call.memory / _MEBIBYTE) + _OVERHEAD}M"
    if call.vcpu is not None:
        own["cpus-per-task"] = str(max(1, math.ceil(call.vcpu)))
    if call.gpu:
        own["gres"] = f"gpu:{call.gpu}"
    if call.timeout is not None:  # the job itself sees to the calls' own limits; this is for one that hangs
        own["time"] = str(math.ceil((calls * call.timeout + IMPORT) / 60) + 1)
    over = {name for key in own for name in _OVER[key]}
    given = {name: value for name, value in options.sbatch.items() if name not in over}
    requeue = [] if "requeue" in given else ["--no-requeue"]  # whether lost calls are made again is said by `retry`
    return [
        *requeue,
        *(f"--{name}" if value is None else f"--{name}={value}" for name, value in {**given, **own}.items()),
    ]
