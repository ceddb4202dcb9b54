"""Runs a whole process and says how long it took and how much memory it had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = """
import json, os, signal, sys, time
limit, out, *command = sys.argv[1:]
actions = [(os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
           (os.POSIX_SPAWN_OPEN, 2, out + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
begin = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=actions, setpgroup=0)
for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: os.killpg(child, signal.SIGKILL))
signal.setitimer(signal.ITIMER_REAL, float(limit))
_, status, usage = os.wait4(child, 0)
took = time.perf_counter() - begin
print(json.dumps([took, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""
"""A small process that starts the measured one: until a child executes, it counts its parent's memory as its own."""


class Failed(Exception):  # noqa: N818  # what happened, not an error of the benchmark
    """A measured process failed; the message is what it said last."""


@dataclass(frozen=True)
class Measured:
    """A whole process."""

    seconds: float
    peak: float
    """MB of the largest of its processes."""


def run(command: Sequence[str], folder: Path, *, limit: float = 0.0, env: Mapping[str, str] | None = None) -> Measured:
    """Run a command in `folder`; what it printed is then in the file `out`. Raises `Failed`, also after `limit` s."""
    out = folder / "out"
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(limit), str(out), *command]
    environment = {**os.environ, **(env or {})}
    pipe = subprocess.PIPE
    with subprocess.Popen(launcher, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            told, complaint = process.communicate()
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise Failed(complaint.strip().rpartition("\n")[2])
    seconds, peak, code = json.loads(told)
    if code != 0:
        said = (folder / "out.err").read_text(errors="replace").strip().rpartition("\n")[2]
        raise Failed(f"longer than {limit:g} s" if limit and seconds >= limit else f"exit code {code}: {said}")
    return Measured(seconds, peak / 1024)
