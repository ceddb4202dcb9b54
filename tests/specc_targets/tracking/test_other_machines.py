"""Metrics of calls that other machines make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import specc
from specc_targets.tracking.reading import read_metrics

STEPS = """\
import subprocess, sys
from specc_runtime import log_metrics

def fit(n: int) -> int:
    log_metrics(seen=n)
    code = f"from specc_runtime import log_metrics; log_metrics(child={n})"
    subprocess.run([sys.executable, "-c", code], check=True)
    return n
"""


@pytest.mark.slow
def test_workers_of_dask_hand_on_metrics(project: Path, run_folder: Callable[[], Path]) -> None:
    pytest.importorskip("distributed")
    (project / "steps.py").write_text(STEPS)
    spec = project / "spec.toml"
    spec.write_text('specc = 1\nkind = "pipeline"\nname = "far"\n[steps.fit]\ncall = "steps:fit"\neach.n = [5, 6]\n')
    specc.run(spec, engine="dask", jobs=1).check()
    found = sorted((one.items, one.name, one.value) for one in read_metrics(run_folder()))
    assert found == [((0,), "child", 5), ((0,), "seen", 5), ((1,), "child", 6), ((1,), "seen", 6)]
