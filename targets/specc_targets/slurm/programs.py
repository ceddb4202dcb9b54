"""SLURM's own programs: run with a limit of time, their answers read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from specc_targets.remote.errors import EngineError

INSTALL = (
    "run this where jobs are submitted: on a login node of the cluster, with `sbatch` on the PATH"
    " (Debian: apt-get install slurm-client)"
)
_SECONDS = 60.0
"""For one answer; the programs themselves give up earlier when nobody answers them."""
_CANCEL_SECONDS = 15.0
_MANY = 100
"""Jobs that are named in one command."""
_ARRAY = 1001
"""Jobs of an array, where SLURM does not say how many there may be."""
_KEPT = frozenset({"SLURM_CONF", "SLURM_CONF_SERVER"})

Number = tuple[str, int]
"""The id of an array, and the index of a job in it."""


class SlurmError(Exception):
    """A program of SLURM has failed. The message is its own."""


class UnreachableError(SlurmError):
    """Nobody has answered; it may be different in a moment."""


class State(NamedTuple):
    """Where a job stands."""

    word: str
    """`RUNNING`, `CANCELLED`, ..."""
    reason: str
    node: str


_PASSING = re.compile(
    r"contact slurm controller|[Tt]imed out|Connection (refused|reset)|temporarily|[Tt]emporary|Unable to establish"
    r"|backup controller|Zero Bytes|Job(Max)?SubmitLimit|MaxSubmit|job submit limit|rate limit",
)
"""What SLURM says of a failure that may pass."""
_ENDED = re.compile(r"Invalid job id|already completing or completed|Job/step already")
"""What it says of jobs that need not be cancelled."""


def check_installed() -> None:
    """Raise `EngineError` when SLURM's programs are not there."""
    missing = [name for name in ("sbatch", "squeue", "scancel") if shutil.which(name) is None]
    if missing:
        raise EngineError(f"the engine `slurm` needs `{missing[0]}`, which is not on the PATH; {INSTALL}")


def largest_array() -> int:
    """How many jobs an array may have. Raises `SlurmError` when nobody answers."""
    if shutil.which("scontrol") is None:
        _run(["squeue", "--noheader", f"--user={os.getuid()}", "--format=%i"])
        return _ARRAY
    found = re.search(r"^MaxArraySize\s*=\s*(\d+)", _run(["scontrol", "show", "config"]), re.MULTILINE)
    return max(1, int(found[1])) if found else _ARRAY


def check_options(options: Sequence[str]) -> None:
    """Ask whether such a job would be taken; submits nothing. Raises `SlurmError` with what SLURM says."""
    try:
        _run(["sbatch", "--test-only", *options, "--wrap=true"])
    except SlurmError as error:
        if "not available" not in str(error) or isinstance(error, UnreachableError):  # nodes that are down come back
            raise


def submit(script: Path, options: Sequence[str]) -> str:
    """Submit a script; the id of the job. Raises `SlurmError`."""
    answer = _run(["sbatch", "--parsable", *options, str(script)])
    number = answer.strip().splitlines()[-1].partition(";")[0] if answer.strip() else ""
    if not number.isdigit():
        raise SlurmError(f"`sbatch` has answered {answer.strip()[:100]!r}, which is no number of a job")
    return number


def job_of(script: Path) -> str | None:
    """The id of the job that was made of a script, if SLURM knows it. Raises `SlurmError`."""
    answer = _run(["squeue", "--noheader", f"--user={os.getuid()}", "--states=all", "--format=%F %o"])
    for line in answer.splitlines():
        number, _, command = line.strip().partition(" ")
        if command.strip() == str(script) and number.isdigit():
            return number
    return None


def states(arrays: Iterable[str]) -> dict[Number, State]:
    """Where the jobs of arrays stand; those that SLURM has forgotten are not among them. Raises `SlurmError`."""
    found: dict[Number, State] = {}
    arrays = sorted(arrays)
    for first in range(0, len(arrays), _MANY):
        some = ",".join(arrays[first : first + _MANY])
        try:
            answer = _run(["squeue", "--noheader", "--array", "--states=all", f"--jobs={some}", "--format=%i|%T|%r|%N"])
        except SlurmError as error:
            if "Invalid job id" in str(error):  # it has forgotten all of them
                continue
            raise
        for line in answer.splitlines():
            job, word, reason, node = [*line.strip().split("|"), "", "", ""][:4]
            found.update(_one(job, State(word, reason, node)))
    return found


def history(arrays: Iterable[str]) -> dict[Number, State]:
    """The same from SLURM's accounting, which not every cluster has: then nothing."""
    if shutil.which("sacct") is None:
        return {}
    columns = "--format=JobID,State,ExitCode,NodeList"
    try:
        answer = _run(
            ["sacct", "--noheader", "--parsable2", "--allocations", columns, f"--jobs={','.join(sorted(arrays))}"]
        )
    except SlurmError:
        return {}
    found: dict[Number, State] = {}
    for line in answer.splitlines():
        job, word, code, node = [*line.strip().split("|"), "", "", ""][:4]
        found.update(_one(job, State(word.partition(" ")[0], f"exit code {code}" if code else "", node)))
    return found


def _one(job: str, state: State) -> dict[Number, State]:
    array, _, index = job.partition("_")
    return {(array, int(index)): state} if index.isdigit() else {}


def cancel(jobs: Sequence[str]) -> None:
    """Cancel arrays or single jobs of them (`12_3`). Raises `SlurmError`; of jobs that have ended nothing is said."""
    for first in range(0, len(jobs), _MANY):
        try:
            _run(["scancel", *jobs[first : first + _MANY]], _CANCEL_SECONDS)
        except SlurmError as error:
            if not _ENDED.search(str(error)):
                raise


def _run(command: list[str], seconds: float = _SECONDS) -> str:
    """What a program prints. Raises `SlurmError`."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            env=_environment(os.environ),
            start_new_session=True,  # Ctrl-C is for the run, which then cancels its jobs
        )
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"`{command[0]}` has not answered in {seconds:g} seconds") from None
    except OSError as error:
        raise SlurmError(f"`{command[0]}` cannot be run: {error.strerror or error}") from None
    if done.returncode == 0:
        return done.stdout
    said = [
        re.sub(rf"^{command[0]}: (error: )?", "", line.strip()) for line in done.stderr.splitlines() if line.strip()
    ]
    message = "; ".join(dict.fromkeys(said))[:500] or f"`{command[0]}` ended with exit code {done.returncode}"
    raise (UnreachableError if _PASSING.search(message) else SlurmError)(message)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what SLURM has told a job in which this may run: another job must not take it for its own."""
    return {name: value for name, value in variables.items() if not name.startswith("SLURM_") or name in _KEPT}
