"""What the tests of worker processes have in common: the functions that are called, and how."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.starting import Starter

MIB = 1024 * 1024
WORK = """
import ctypes, logging, multiprocessing, os, signal, subprocess, sys, threading, time
from pathlib import Path

def note(folder, x):
    with open(Path(folder) / "begun", "a") as file: file.write(f"{x}\\n")
def mark(folder, name, text=""):
    (Path(folder) / (name + "~")).write_text(str(text))
    (Path(folder) / (name + "~")).rename(Path(folder) / name)

def same(x=None): return x
def pid(x=None): return os.getpid()
def fail(x): raise LookupError(f"no {x}")
def leave(x): sys.exit("enough")
def interrupt(x): raise KeyboardInterrupt
def mixed(x): return object() if x == 1 else x
def size(x): return len(x)
def big(n): return "é" * n
def raw(n): return bytes(n)
def stdin(): return sys.stdin.read()
def grow(n):
    global kept
    kept = b"x" * n
    return os.getpid()
def need(n, keep=False):
    global kept
    taken = b"x" * n
    if keep: kept = taken
def need_and_fail(n):
    need(n)
    raise MemoryError("enough")

def exit_0(): os._exit(0)
def exit_1(): os._exit(1)
def segfault(): ctypes.string_at(0)
def killed(): os.kill(os.getpid(), signal.SIGKILL)
def hang(): time.sleep(1000)
def spin():
    while True: pass
def allocate():
    taken = []
    while True: taken.append(b"x" * (4 * 1024 * 1024))
def allocate_elsewhere():
    subprocess.run([sys.executable, "-c", "import time; x = b'x' * 300 * 1024 * 1024; time.sleep(1000)"])

def one(folder, x, culprit, how):
    note(folder, x)
    print("begin", x)
    if x == culprit: globals()[how]()
    return {"x": x, "é": "☃"}

def spoil(folder, how, new_session):
    child = subprocess.Popen(["sleep", "1000"], start_new_session=new_session)
    mark(folder, "pids", f"{os.getpid()} {child.pid}")
    globals()[how]()
def wait_for(folder, name, x=None):
    mark(folder, f"waiting-{x}", os.getpid())
    while not (Path(folder) / name).exists(): time.sleep(0.005)
    return x

def forks(x):
    os.fork()
    return x
def pool(x):
    with multiprocessing.get_context("fork").Pool(2) as processes:
        return processes.map(double, range(x))
def double(x):
    print("in a child", x, flush=True)
    return 2 * x

def talk(x):
    print("out", x)
    print("err", x, file=sys.stderr)
    logging.getLogger("mine").warning("log %d", x)
    print("no newline", x, end="")
    thread = threading.Thread(target=print, args=("thread", x))
    thread.start()
    thread.join()
def slots():
    from specc_runtime.slots import current
    variables = {name: value for name, value in os.environ.items() if name.startswith("SPECC_SLOT_")}
    return [current(), variables]
"""

Starters = Callable[..., Starter]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and pidfds")


def gone(pid: int) -> bool:
    """Whether the process has ended: it is not there, or only its exit code is."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def items(arguments: Sequence[dict[str, Any]]) -> list[Item]:
    return [((index,), each) for index, each in enumerate(arguments)]


class Log(list[tuple[Any, ...]]):
    def __call__(self, *line: Any) -> None:
        self.append(line)


def outcomes(
    executor: ProcessExecutor, function: str, arguments: Sequence[dict[str, Any]], **options: Any
) -> list[Outcome]:
    """The outcomes by position, after checking that each item was reported once and in order."""
    reported: list[tuple[int, Outcome]] = []
    call = Call(f"work:{function}", "step", **options)
    executor.run(call, items(arguments), lambda position, outcome: reported.append((position, outcome)))
    assert [position for position, _ in reported] == list(range(len(arguments)))
    return [outcome for _, outcome in reported]


def values(found: Sequence[Outcome]) -> list[Any]:
    assert {outcome.kind for outcome in found} <= {"done"}, found
    return [json.loads(outcome.data) for outcome in found]
