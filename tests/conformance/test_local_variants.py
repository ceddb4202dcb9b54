"""Where calls run, and whether their results come from a cache or a journal, changes nothing: the corpus once more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from conformance.harness.case import CORPUS, Case, Run, load_case, load_corpus
from conformance.harness.local import outcome_of
from conformance.harness.machine import compile_with
from conformance.harness.outcome import differences
from specc_targets.local import RunResult
from specc_targets.local import run as run_plan
from specc_targets.local.cache import Cache
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.recovery import Recovered

pytestmark = pytest.mark.slow
Plan = dict[str, Any]
_PAIRS = [(case, run) for case in load_corpus() for run in case.runs if not run.asks_others]
_PURE = [(case, run) for case, run in _PAIRS if "{directory}" not in run.params.values()]
_SUCCESSFUL = [(case, run) for case, run in _PAIRS if run.error is None]


def runs(pairs: list[tuple[Case, Run]]) -> pytest.MarkDecorator:
    """A test of each."""
    return pytest.mark.parametrize(("case", "run"), pairs, ids=[run.id for _, run in pairs])


@cache
def _plan_text(name: str) -> bytes:
    return compile_with("local", load_case(CORPUS / name))[1][PurePosixPath("plan.json")]


def _plan(case: Case) -> Plan:
    plan: Plan = json.loads(_plan_text(case.name))
    return plan


def _calls(value: Any) -> Iterator[Plan]:
    if isinstance(value, dict):
        if value.get("kind") == "task.call":
            yield value
        for item in value.values():
            yield from _calls(item)
    elif isinstance(value, list):
        for item in value:
            yield from _calls(item)


def _run(case: Case, wanted: Run, folder: Path, plan: Plan, how: str, **more: Any) -> RunResult:
    """Run a plan; what comes of it is what the corpus expects."""
    folder.mkdir()
    result = run_plan(plan, wanted.parameters(folder), root=case.folder, **more)
    found = list(differences(how, wanted, outcome_of(result, folder)))
    assert not found, "\n".join(found)
    return result


@pytest.mark.parametrize("where", ["process", "inline"])
@runs(_PAIRS)
def test_everywhere_the_same(case: Case, run: Run, where: str, tmp_path: Path) -> None:
    plan = _plan(case)
    for call in _calls(plan):
        if where == "inline" and ("timeout" in call or "timeout" in call.get("compute", {})):
            pytest.skip("only a process can be stopped in time")
        call["isolation"] = where
    _run(case, run, tmp_path / "files", plan, where)


@runs(_PURE)
def test_with_a_cache_the_same(case: Case, run: Run, tmp_path: Path) -> None:
    plan = _plan(case)
    for call in _calls(plan):
        call.setdefault("cache", {})
    root = case.folder / plan["module"].get("package_root", ".")
    called: list[int] = []
    for how in ("empty cache", "full cache"):
        with Cache(tmp_path / "cache", root) as kept:
            called.append(sum(_run(case, run, tmp_path / how, plan, how, cache=kept).calls.values()))
    assert called[1] <= called[0] or run.error is not None  # what ends first is then a matter of luck
    assert called[1] < called[0] or not case.name.startswith("cached")


@runs(_SUCCESSFUL)
def test_gone_on_with_the_same(case: Case, run: Run, tmp_path: Path) -> None:
    """A run that has done everything but say so gives the same again, without a single call."""
    plan = _plan(case)
    directory = RunDirectory.create(tmp_path / "state", None, {"spec": "spec.toml"})
    try:
        _run(case, run, tmp_path / "first", plan, "journaled", directory=directory)
        with Recovered.read(directory.path) as recovered:
            nothing_left = replace(run, files={})  # whoever leaves files is not called
            again = _run(
                case, nothing_left, tmp_path / "again", plan, "resumed", directory=directory, recovered=recovered
            )
    finally:
        directory.close()
    assert again.calls == {}
