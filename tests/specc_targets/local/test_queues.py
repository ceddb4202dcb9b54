"""An executor in which calls wait before they begin has all items of a map at once, and is told when it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.local import RunResult, run
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.halt import Halted

SPEC = """specc = 1
kind = "pipeline"
name = "queued"
[steps.m]
call = "queued_work:call"
each.x = [0, 1, 2, 3, 4, 5, 6, 7]
isolation = "process"
"""
DONE = Outcome("done", "json", b"1")


class Plain:
    """Answers when as many items are here as it waits for."""

    capacity = 50
    starting = 0

    def __init__(self, wanted: int, answer: Callable[[int, int], Outcome | None] = lambda *_: DONE) -> None:
        """`answer` gets an item and how often it has been here; None: it waits until it is withdrawn."""
        self.calls: list[tuple[int, Call]] = []
        self.withdrawn: list[tuple[str, tuple[int, ...]]] = []
        self.most = self._here = 0
        self._wanted, self._answer = wanted, answer
        self._changed = threading.Condition()

    def run(self, call: Call, items: Sequence[Item], report: Callable[[int, Outcome], None]) -> None:
        for position, (indices, _) in enumerate(items):
            outcome = self._one(call, indices[-1])
            if outcome is None:
                raise Halted
            report(position, outcome)

    def _one(self, call: Call, item: int) -> Outcome | None:
        with self._changed:
            self.calls.append((item, call))
            times = [index for index, _ in self.calls].count(item)
            self._here += 1
            self.most = max(self.most, self._here)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: len(self.calls) >= self._wanted, 30)
            outcome = self._answer(item, times)
            if outcome is None:
                assert self._changed.wait_for(lambda: self.withdrawn, 30)
            self._here -= 1
        return outcome

    def close(self) -> None:
        pass


class Queue(Plain):
    def withdraw(self, step: str, items: tuple[int, ...]) -> None:
        with self._changed:
            self.withdrawn.append((step, items))
            self._changed.notify_all()


def run_on(executor: Plain, folder: Path, more: str) -> RunResult:
    (folder / "queued_work.py").write_text("def call(x):\n    return x\n")
    compiled = check(folder / "spec.toml", text=f"{SPEC}{more}\n".encode())
    assert compiled.module is not None
    return run(compiled.module, {}, root=folder, executor=executor)


def test_it_has_all_items_and_sees_to_their_limit(tmp_path: Path) -> None:
    queue = Queue(8)
    assert run_on(queue, tmp_path, "max_parallel = 3").results["m"] == [1] * 8
    assert sorted(index for index, _ in queue.calls) == list(range(8))
    assert {call.at_once for _, call in queue.calls} == {3}
    assert not queue.withdrawn


@pytest.mark.parametrize(("kind", "limit"), [(Plain, 3), (Queue, 1)], ids=["no queue", "one after the other"])
def test_others_have_no_more_than_may_be_under_way(kind: type[Plain], limit: int, tmp_path: Path) -> None:
    executor = kind(limit)
    assert run_on(executor, tmp_path, f"max_parallel = {limit}").results["m"] == [1] * 8
    assert executor.most <= limit
    assert {call.at_once for _, call in executor.calls} == {None}


def test_a_map_that_fails_withdraws_what_waits(tmp_path: Path) -> None:
    """Its error is that of the item that failed, also when the retry of another one waits."""
    failed = Outcome("failed", names=("ValueError",), message="no")
    lost = Outcome("lost", names=("lost",), message="gone")

    def answer(index: int, times: int) -> Outcome | None:
        if index == 1 and times == 1:
            return lost
        return failed if index == 0 else None

    def in_time(index: int, times: int) -> Outcome | None:
        if index == 0:  # not before the other one is here again
            assert queue._changed.wait_for(lambda: len(queue.calls) == 9, 30)
        return answer(index, times)

    queue = Queue(8, in_time)
    result = run_on(queue, tmp_path, "retry = { max = 1, on = ['lost'], delay = '1ms' }")
    assert result.error is not None
    assert (result.error.name, result.error.items) == ("ValueError", (0,))
    assert queue.withdrawn == [("m", ())]
    assert len(queue.calls) == 9
