"""No process is left behind, however the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from specc_targets.local.execution import Outcome
from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.starting import Singles
from worker_processes import LINUX, WORK, Log, Starters, gone, outcomes, parent, until, values


@LINUX
@pytest.mark.parametrize("how", ["hang", "segfault", "exit_0"])
def test_what_an_item_started_is_killed_with_its_process(executor: ProcessExecutor, tmp_path: Path, how: str) -> None:
    arguments = {"folder": str(tmp_path), "how": how, "new_session": False}
    outcomes(executor, "spoil", [arguments], timeout=0.5)
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: gone(int(pid)))


@LINUX
@pytest.mark.parametrize("how", ["hang", "segfault"])
def test_what_left_its_group_is_killed_as_well(tmp_path: Path, log: Log, how: str) -> None:
    (tmp_path / "work.py").write_text(WORK)
    executor = ProcessExecutor(tmp_path, limit=1, on_log=log)
    outcomes(executor, "spoil", [{"folder": str(tmp_path), "how": how, "new_session": True}], timeout=0.5)
    executor.close()
    assert [gone(int(pid)) for pid in (tmp_path / "pids").read_text().split()] == [True, True]


@LINUX
def test_closing_ends_all_at_once(make: Callable[..., ProcessExecutor], tmp_path: Path) -> None:
    executor = make(limit=2)
    found: dict[int, list[Outcome]] = {}

    def work(number: int) -> None:
        arguments = [{"folder": str(tmp_path), "name": "never", "x": number}] * 3
        found[number] = outcomes(executor, "wait_for", arguments)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: len(list(tmp_path.glob("waiting-?"))) == 2)
    workers = [int(file.read_text()) for file in tmp_path.glob("waiting-?")]
    nurseries = {parent(pid) for pid in workers} - {os.getpid()}
    executor.close()
    assert not [pid for pid in (*workers, *nurseries) if Path(f"/proc/{pid}").exists()]
    executor.close()
    for thread in threads:
        thread.join(30)
    message = "the process of step `step` was stopped because the run ended"
    assert [[(one.kind, one.message) for one in found[number]] for number in range(4)] == [[("lost", message)] * 3] * 4
    assert [one.message for one in outcomes(executor, "same", [{"x": 1}])] == [message]


ENGINE = """
import sys, threading
from pathlib import Path
from specc_targets.local.execution import Call
from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.starting import Singles, new_starter
folder = Path(sys.argv[1])
executor = ProcessExecutor(folder, limit=3, on_log=print, starter={"singles": Singles, "nursery": new_starter}[sys.argv[2]])
executor.run(Call("work:same", "s"), [((0,), {"x": 1})], lambda *_: None)
arguments = {"folder": str(folder), "how": sys.argv[3], "new_session": False}
executor.run(Call("work:spoil", "s"), [((0,), arguments)], lambda *_: None)
"""


@LINUX
@pytest.mark.parametrize("how", ["hang", "spin"])
def test_nothing_outlives_a_killed_engine(tmp_path: Path, starter: Starters, how: str) -> None:
    (tmp_path / "work.py").write_text(WORK)
    kind = "singles" if starter is Singles else "nursery"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    engine = subprocess.Popen([sys.executable, "-c", ENGINE, str(tmp_path), kind, how], env=environment)
    try:
        until((tmp_path / "pids").exists)
        pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
        pids.append(parent(pids[0]))
        assert not any(gone(pid) for pid in pids)
    finally:
        engine.kill()
        engine.wait()
    until(lambda: all(gone(pid) for pid in pids))


@LINUX
def test_a_nursery_that_was_killed_is_replaced(tmp_path: Path, log: Log) -> None:
    (tmp_path / "work.py").write_text(WORK)
    executor = ProcessExecutor(tmp_path, limit=1, on_log=log)
    try:
        (pid,) = values(outcomes(executor, "pid", [{}]))
        os.kill(parent(pid), signal.SIGKILL)
        until(lambda: gone(pid))
        assert values(outcomes(executor, "same", [{"x": 1}, {"x": 2}])) == [1, 2]
    finally:
        executor.close()
