"""Worker processes that crash, hang or grow: only the item under way is lost, and no item is run twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.execution import Call, Outcome
from specc_targets.local.processes import ProcessExecutor
from worker_processes import LINUX, MIB, Log, items, outcomes, until, values


def test_a_function_that_cannot_be_imported_fails_for_every_item(executor: ProcessExecutor, tmp_path: Path) -> None:
    found = outcomes(executor, "missing", [{}, {}])
    assert [(one.kind, one.names[0], one.message) for one in found] == [
        ("failed", "FunctionNotFound", "module `work` has no `missing`")
    ] * 2
    (tmp_path / "broken.py").write_text("1 / 0\n")
    reported: list[Outcome] = []
    executor.run(Call("broken:f", "step"), items([{}, {}]), lambda _, outcome: reported.append(outcome))
    assert [(one.kind, one.names[0]) for one in reported] == [("failed", "ZeroDivisionError")] * 2
    assert values(outcomes(executor, "same", [{"x": 1}])) == [1]


def test_a_module_that_kills_its_process_loses_every_item(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os\nopen('tries', 'a').write('x')\nos._exit(7)\n".replace("'tries'", repr(str(tmp_path / "tries")))
    )
    reported: list[Outcome] = []
    executor.run(Call("deadly:f", "step"), items([{}] * 50), lambda _, outcome: reported.append(outcome))
    message = (
        "the process of step `step` ended with exit code 7 before the step had a result while `deadly` was imported"
    )
    assert [(one.kind, one.message) for one in reported] == [("lost", message)] * 50
    assert (tmp_path / "tries").read_text() == "xx"


CRASHES = [
    ("exit_0", {}, "lost", r"the process of step `step` ended with exit code 0 before the step had a result"),
    ("exit_1", {}, "lost", r"the process of step `step` ended with exit code 1 before the step had a result"),
    ("segfault", {}, "lost", r"the process of step `step` was killed by SIGSEGV"),
    ("killed", {}, "lost", r"the process of step `step` was killed by SIGKILL"),
    ("killed", {"timeout": 30.0, "memory": 500 * MIB}, "lost", r"the process of step `step` was killed by SIGKILL"),
    ("hang", {"timeout": 0.5}, "timeout", r"step `step` took longer than 0\.5 seconds"),
    ("spin", {"timeout": 0.5}, "timeout", r"step `step` took longer than 0\.5 seconds"),
]
HUNGRY = [
    (how, {"memory": 200 * MIB}, "lost", r"the process of step `step` used more than its limit of 200 MiB of memory")
    for how in ("allocate", "allocate_elsewhere")
]


@pytest.mark.parametrize(
    ("how", "options", "kind", "message", "culprit"),
    [
        *((*row, 5) for row in CRASHES),
        *((*row, culprit) for row in CRASHES if row[0] in {"exit_1", "hang"} for culprit in (0, 9)),
        *(pytest.param(*row, 5, marks=LINUX) for row in HUNGRY),
    ],
)
def test_only_the_item_under_way_is_lost(
    executor: ProcessExecutor,
    log: Log,
    tmp_path: Path,
    how: str,
    options: dict[str, Any],
    kind: str,
    message: str,
    culprit: int,
) -> None:
    arguments = [{"folder": str(tmp_path), "x": x, "culprit": culprit, "how": how} for x in range(10)]
    found = outcomes(executor, "one", arguments, **options)
    bad = found.pop(culprit)
    assert bad.kind == kind
    assert re.fullmatch(message, bad.message)
    assert bad.names[0] == kind
    assert values(found) == [{"x": x, "é": "☃"} for x in range(10) if x != culprit]
    assert Counter((tmp_path / "begun").read_text().split()) == Counter(str(x) for x in range(10))
    assert log == [("step", (x,), "stdout", None, f"begin {x}") for x in range(10)]


def test_every_item_may_crash(executor: ProcessExecutor, tmp_path: Path) -> None:
    found = outcomes(executor, "exit_1", [{}] * 5)
    assert [one.kind for one in found] == ["lost"] * 5
    assert values(outcomes(executor, "same", [{"x": 1}])) == [1]


def test_items_that_take_almost_their_time_are_run_once(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "near.py").write_text(
        "import time\nfrom pathlib import Path\n"
        f"def near(x):\n    with open({str(tmp_path / 'begun')!r}, 'a') as file: file.write(f'{{x}}\\n')\n"
        "    time.sleep(0.05)\n    print('x' * 300_000)\n    return x\n"
    )
    reported: list[Outcome] = []
    call = Call("near:near", "step", timeout=0.0505)
    executor.run(call, items([{"x": x} for x in range(12)]), lambda _, outcome: reported.append(outcome))
    assert {one.kind for one in reported} <= {"done", "timeout"}
    assert (tmp_path / "begun").read_text().split() == [str(x) for x in range(12)]
    assert all(json.loads(one.data) == x for x, one in enumerate(reported) if one.kind == "done")


def test_importing_does_not_count(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(0.6)\ndef f(): return 1\n")
    reported: list[Outcome] = []
    executor.run(Call("slow:f", "step", timeout=0.3), items([{}, {}]), lambda _, outcome: reported.append(outcome))
    assert values(reported) == [1, 1]


def test_limits_may_be_longer_than_a_system_call_can_wait(executor: ProcessExecutor) -> None:
    assert values(outcomes(executor, "same", [{"x": 1}], timeout=1e9, memory=10**15)) == [1]


def test_a_process_killed_while_idle_loses_nothing(executor: ProcessExecutor) -> None:
    for _ in range(3):
        (pid,) = values(outcomes(executor, "pid", [{}]))
        os.kill(pid, signal.SIGKILL)
        assert len(set(values(outcomes(executor, "pid", [{}] * 3))) | {pid}) == 2


def test_many_processes_killed_while_idle_lose_nothing(make: Callable[..., ProcessExecutor], tmp_path: Path) -> None:
    executor = make(limit=4)
    arguments = [{"folder": str(tmp_path), "name": "go", "x": number} for number in range(4)]
    threads = [threading.Thread(target=outcomes, args=(executor, "wait_for", [each])) for each in arguments]
    for thread in threads:
        thread.start()
    until(lambda: len(list(tmp_path.glob("waiting-?"))) == 4)
    (tmp_path / "go").touch()
    for thread in threads:
        thread.join()
    pids = {int(file.read_text()) for file in tmp_path.glob("waiting-?")}
    assert len(pids) == 4
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert not set(values(outcomes(executor, "pid", [{}] * 3))) & pids


@LINUX
def test_what_other_calls_left_in_a_process_is_not_held_against_a_limit(executor: ProcessExecutor) -> None:
    (pid,) = values(outcomes(executor, "grow", [{"n": 150 * MIB}]))
    assert values(outcomes(executor, "pid", [{}])) == [pid]
    (other,) = values(outcomes(executor, "pid", [{}], memory=100 * MIB))
    assert other != pid


def test_a_report_that_raises_ends_the_batch(executor: ProcessExecutor, tmp_path: Path) -> None:
    arguments = [{"folder": str(tmp_path), "name": "never" if x == 2 else "work.py", "x": x} for x in range(4)]

    def refuse(position: int, outcome: Outcome) -> None:
        if position == 1:
            raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="the disk is full"):
        executor.run(Call("work:wait_for", "step"), items(arguments), refuse)
    assert not (tmp_path / "waiting-3").exists()
    assert values(outcomes(executor, "same", [{"x": 1}])) == [1]


CHAOS = """
import os, time
def f(path, x, how):
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{x} {os.getpid()}\\n".encode())
    os.close(file)
    if how == "exit": os._exit(3)
    if how == "near": time.sleep(0.05)
    if how == "print": print("x" * 100)
    return x
"""


@pytest.mark.slow
@LINUX
def test_every_item_is_run_and_told_once_while_processes_are_killed(log: Log, tmp_path: Path) -> None:
    (tmp_path / "chaos.py").write_text(CHAOS)
    executor = ProcessExecutor(tmp_path, limit=3, on_log=log)
    path, count = tmp_path / "begun", 600
    generator = random.Random(1)
    how = [generator.choices(["", "print", "exit", "near"], [60, 30, 2, 8])[0] for _ in range(count)]
    todo = [((x,), {"path": str(path), "x": x, "how": how[x]}) for x in range(count)]
    batches = [todo[start : start + 25] for start in range(0, count, 25)]
    found: dict[int, list[Outcome]] = {x: [] for x in range(count)}
    ended = threading.Event()

    def work() -> None:
        while batches:
            try:
                batch = batches.pop()
            except IndexError:
                return
            call = Call("chaos:f", "step", timeout=0.052, memory=1024 * MIB)
            executor.run(
                call, batch, lambda position, outcome, batch=batch: found[batch[position][0][0]].append(outcome)
            )

    def kill() -> None:
        while not ended.wait(0.05):
            for line in path.read_text().splitlines()[-1:] if path.exists() else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(line.split()[1]), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in (killer, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    killer.join()
    executor.close()
    begun = Counter(int(line.split()[0]) for line in path.read_text().splitlines())
    assert [x for x in range(count) if len(found[x]) != 1] == []
    assert [x for x in range(count) if begun[x] > 1] == []
    done = [x for x in range(count) if found[x][0].kind == "done"]
    assert [x for x in done if begun[x] != 1 or json.loads(found[x][0].data) != x or how[x] == "exit"] == []
    told = Counter(line[1][0] for line in log)
    assert [x for x in done if told[x] != (how[x] == "print")] == []
    assert len(done) > count / 2


def test_a_crash_gives_its_slots_back(executor: ProcessExecutor) -> None:
    slots = (("gpu", ("0",)),)
    assert [one.kind for one in outcomes(executor, "exit_1", [{}] * 3, slots=slots)] == ["lost"] * 3
    assert values(outcomes(executor, "slots", [{}], slots=slots))[0][0] == {"gpu": "0"}
