"""Limits are exact, and nothing that could run waits."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.ir.module import Module
from specc.ir.ops import CallTask, FunctionRef, Map
from specc.ir.region import Region
from specc_runtime.expressions import Template
from specc_targets.local import run


class Gauge:
    """Counts calls under way; lets them end only once as many are there as can be, so that no timing is involved."""

    def __init__(self, expected: int, total: int) -> None:
        self._condition = threading.Condition()
        self._expected, self._left = expected, total
        self._inside = self.most = 0

    def call(self) -> None:
        with self._condition:
            self._inside += 1
            self._left -= 1
            self.most = max(self.most, self._inside)
            self._condition.notify_all()
            full = self._condition.wait_for(lambda: self.most >= self._expected or not self._left, timeout=20)
            assert full, f"only {self.most} of {self._expected} calls went on at the same time"
            self._inside -= 1


GAUGE: list[Gauge] = []


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gauge")
    (folder / "gauge_work.py").write_text("GAUGE = []\ndef step(**_):\n    GAUGE[0].call()\n")
    return folder


def call(name: str) -> CallTask:
    return CallTask(name=name, function=FunctionRef(module="gauge_work", qualname="step"), arguments=Template({}))


def fan(name: str, count: int, most: int | None, body: Region) -> Map:
    return Map(name=name, sources=((f"{name}_item", Template(list(range(count)))),), body=body, max_parallel=most)


def gauge(root: Path, expected: int, total: int) -> Gauge:
    from specc_runtime.functions import load_function, use_root

    use_root(root)
    found = Gauge(expected, total)
    load_function("gauge_work:step").__globals__["GAUGE"][:] = [found]
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    outer=st.integers(1, 6),
    inner=st.integers(1, 6),
    most_outer=st.none() | st.integers(1, 6),
    most_inner=st.none() | st.integers(1, 6),
    jobs=st.none() | st.integers(1, 5),
    beside=st.integers(0, 3),
)
def test_no_limit_is_ever_exceeded_and_all_are_used(root: Path, beside: int, jobs: int | None, **limits: Any) -> None:
    outer, inner = limits["outer"], limits["inner"]
    nested = fan("n", inner, limits["most_inner"], Region(ops=(call("n"),)))
    ops = (
        fan("m", outer, limits["most_outer"], Region(ops=(nested,))),
        *(call(f"b{number}") for number in range(beside)),
    )
    module = Module(name="test", body=Region(ops=ops))
    mapped = min(outer, limits["most_outer"] or outer) * min(inner, limits["most_inner"] or inner)
    possible = min(mapped + beside, jobs or 32)
    found = gauge(root, possible, outer * inner + beside)
    result = run(module, {}, root=root, max_workers=jobs)
    assert result.error is None
    assert found.most == possible


def test_a_map_without_a_limit_does_not_hold_every_item(root: Path) -> None:
    found = gauge(root, 1, 5000)
    module = Module(name="test", body=Region(ops=(fan("m", 5000, None, Region(ops=(call("m"),))),)))
    assert run(module, {}, root=root, max_workers=4).results["m"] == [None] * 5000
    assert found.most <= 4


PROCESS_WORK = """
import os, time
def step(folder, x, expected, total):
    def names(): return os.listdir(folder)
    def mark(name): open(os.path.join(folder, name), "w").close()
    mark(f"in-{x}")
    deadline = time.monotonic() + 30
    while True:
        now = names()
        ended = sum(name.startswith("out-") for name in now)
        inside = sum(name.startswith("in-") for name in now) - ended
        if inside > expected: mark("over")
        if inside == expected: mark("full")
        if "full" in now or total - ended < expected: break
        if time.monotonic() > deadline: raise TimeoutError(f"only {inside} of {expected} at the same time")
        time.sleep(0.005)
    mark(f"out-{x}")
    return os.getpid()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("most", "jobs", "expected"), [(3, None, 3), (None, 4, 4), (5, 2, 2), (1, None, 1)])
def test_limits_hold_and_are_used_in_processes(
    tmp_path: Path, most: int | None, jobs: int | None, expected: int
) -> None:
    (tmp_path / "gauged_processes.py").write_text(PROCESS_WORK)
    folder = tmp_path / "marks"
    folder.mkdir()
    arguments = {"folder": str(folder), "x": "${m_item}", "expected": expected, "total": 9}
    function = FunctionRef(module="gauged_processes", qualname="step")
    isolated = CallTask(name="m", function=function, arguments=Template(arguments), isolation="process")
    module = Module(
        name="test", body=Region(ops=(fan("m", 9, most, Region(ops=(isolated,), yields=Template("${steps.m}"))),))
    )
    result = run(module, {}, root=tmp_path, max_workers=jobs)
    assert result.error is None
    assert not (folder / "over").exists()
    assert (folder / "full").exists()
    assert len(set(result.results["m"])) >= expected
