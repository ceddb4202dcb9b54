"""Processes are started for calls that wait, not because others are still importing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.local import RunResult, run

HEAD = 'specc = 1\nkind = "pipeline"\nname = "grown"\n'
SLOW_IMPORT = "import os, time\ntime.sleep(0.3)\ndef pid(x): return os.getpid()\n"
SLOW_CALLS = "import os, time\ndef pid(x):\n    time.sleep(0.1)\n    return os.getpid()\n"
OF_CALLS = """
[steps.m]
each.x = "${range(40)}"
call = "grown_work:pid"
isolation = "process"
"""
OF_GROUPS = """
[steps.m]
each.x = "${range(40)}"
yield = "${steps.first}"
[steps.m.steps.first]
call = "grown_work:pid"
with.x = "${x}"
isolation = "process"
[steps.m.steps.second]
call = "grown_work:pid"
with.x = "${steps.first}"
isolation = "process"
"""


def result(folder: Path, spec: str, work: str) -> RunResult:
    (folder / "grown_work.py").write_text(work)
    compiled = check(folder / "spec.toml", text=(HEAD + spec).encode())
    assert compiled.module is not None
    return run(compiled.module, {}, root=folder, max_workers=32)


@pytest.mark.parametrize("spec", [OF_CALLS, OF_GROUPS], ids=["a map of calls", "single calls"])
def test_a_slow_import_does_not_ask_for_more_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found = result(tmp_path, spec, SLOW_IMPORT)
    assert found.error is None
    assert len(set(found.results["m"])) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("spec", [OF_CALLS, OF_GROUPS], ids=["a map of calls", "single calls"])
def test_calls_that_only_wait_get_more_than_there_are_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    found = result(tmp_path, spec, SLOW_CALLS)
    assert found.error is None
    assert len(set(found.results["m"])) > 4
