"""A real SLURM on this machine: a controller, a node of eight processors, and their keys, each a process of its own."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

FUNCTIONS = """
import logging
import os
import subprocess
import time
from pathlib import Path

import helper

def numbers(limit: int) -> list[int]:
    return list(range(limit))

def double(x: int) -> int:
    print(f"doubling {x}")
    logging.getLogger("birds").warning("twice %d", x)
    return helper.twice(x)

def total(values: list) -> int:
    return sum(values)

def check(x: int) -> int:
    if x == 3:
        raise ValueError("three is not allowed")
    return x

def flaky(x: int, folder: str) -> int:
    tried = Path(folder, f"tried-{x}")
    if x == 3 and not tried.exists():
        tried.touch()
        raise ValueError("not at once")
    return x

def sleep(x: float) -> float:
    time.sleep(x)
    return x

def wait(x: int, folder: str, hold: int = 0) -> int:
    # The first time an item at or above `hold` is called it waits for its end.
    began = Path(folder, f"began-{x}")
    with Path(folder, "calls").open("a") as file:
        file.write(f"{x}\\n")
    if x >= hold and not began.exists():
        began.with_suffix(".new").write_text(os.environ["SLURM_ARRAY_JOB_ID"] + "_" + os.environ["SLURM_ARRAY_TASK_ID"])
        began.with_suffix(".new").rename(began)
        time.sleep(600)
    return x

def until(x: int, folder: str) -> int:
    with Path(folder, "calls").open("a") as file:
        file.write(f"{x}\\n")
    print(f"begun {x}", flush=True)
    while x and not Path(folder, "go").exists():
        time.sleep(0.02)
    return x

def stop(x: int, folder: str) -> int:
    with Path(folder, "calls").open("a") as file:
        file.write(f"{x}\\n")
    if x == 1:
        raise ValueError("one is not allowed")
    while not Path(folder, "go").exists():
        time.sleep(0.02)
    return x

def leave(x: int) -> int:
    os._exit(7)

def grow(mebibytes: int) -> int:
    kept = bytearray(mebibytes * 1024 * 1024)
    for at in range(0, len(kept), 1024):
        kept[at] = 1
    time.sleep(600)
    return len(kept)

def reverse(data: bytes) -> bytes:
    return data[::-1]

def slot() -> str:
    return os.environ.get("SPECC_SLOT_GPU", "")

def where() -> str:
    return str(Path(__file__).parent)

def told(name: str) -> str:
    print("it is", os.environ[name])
    subprocess.run(["sh", "-c", f"echo said ${name}"])
    raise ValueError(os.environ[name])

def given() -> dict:
    return {name: os.environ.get(name, "") for name in ("SLURM_JOB_NAME", "SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_NODE")}
"""

CONFIGURATION = """
ClusterName=specc
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=256
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=1000
SlurmdParameters=config_overrides
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
KillWait=1
CompleteWait=0
MinJobAge=60
NodeName=node0 NodeHostname={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=8000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=ALL MaxTime=60 State=UP
"""
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Slurm:
    """The cluster, with what it can be asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "slurm.conf"
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        host = socket.gethostname().partition(".")[0]
        ports = {"controller": free_port(), "node": free_port()}
        self.configuration.write_text(CONFIGURATION.format(folder=self.folder, host=host, **ports))
        munge = [f"--{name}-file={self.folder}/munge.{name}" for name in ("key", "pid", "seed", "log")]
        # `--force`: the folder is not open to all, and nobody else needs it
        self._start("munged", "--foreground", "--force", f"--socket={self.folder}/munge.sock", *munge)
        wait_until((self.folder / "munge.sock").exists)
        self._start("slurmctld", "-D", "-f", str(self.configuration))
        self._start("slurmd", "-D", "-N", "node0", "-f", str(self.configuration))
        wait_until(lambda: "idle" in self._asked("sinfo", "-h", "-o", "%T"), self.log)

    def _start(self, program: str, *options: str) -> None:
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen([program, *options], stdout=log, stderr=log, preexec_fn=_end_with_us)  # noqa: PLW1509  # no thread of ours holds a lock here
        self._processes.append(process)

    def _asked(self, *command: str) -> str:
        environment = {**os.environ, "SLURM_CONF": str(self.configuration)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False).stdout

    def jobs(self) -> list[str]:
        """The jobs of arrays that wait or run, by name and number."""
        return self._asked("squeue", "-h", "-r", "-o", "%j %i").splitlines()

    def ended(self) -> set[str]:
        """The ids of arrays that there have been in the last minute."""
        return set(self._asked("squeue", "-h", "-r", "-t", "all", "-o", "%F").split())

    def wait_until(self, true: Callable[[], Any]) -> None:
        wait_until(true)

    def cancel(self, job: str) -> None:
        self._asked("scancel", job)

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


def _end_with_us() -> None:
    """In a new process: no signals of the terminal, and an end when the tests are killed."""
    os.setsid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def wait_until(
    true: Callable[[], Any], why: Callable[[], str] = lambda: "it never happened", seconds: float = 60
) -> None:
    """Look again and again, up to a limit that only a failure reaches."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """SLURM, started once."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"`{missing[0]}` is not installed (Debian: apt-get install slurm-wlm munge)")
    if os.getuid() != 0:
        pytest.skip("only root can start SLURM")
    found = Slurm(tmp_path_factory.mktemp("slurm"))
    try:
        found.start()
        yield found
    finally:
        found.close()


@pytest.fixture
def slurm(cluster: Slurm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slurm]:
    """SLURM, for the programs that this test starts; nothing may be left in it."""
    monkeypatch.setenv("SLURM_CONF", str(cluster.configuration))
    yield cluster
    wait_until(lambda: not cluster.jobs(), lambda: f"left: {cluster.jobs()}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "work.py").write_text(dedent(FUNCTIONS))
    (folder / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    return folder
