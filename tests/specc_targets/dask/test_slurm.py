"""`dask=slurm`, with `sbatch` and `scancel` replaced by scripts that start and kill the same job on this machine."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from specc_targets.dask import EngineError, open_dask
from specc_targets.local.execution import Call, Outcome

pytest.importorskip("dask_jobqueue")

SBATCH = """\
#!/bin/sh
# takes the path of a job's script, as the real one does, and says which number the job has
script=$(eval echo "\\${$#}")
cp "$script" "$FAKE_SLURM/script-$$"
setsid sh "$FAKE_SLURM/script-$$" > "$FAKE_SLURM/log-$$" 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """\
#!/bin/sh
echo "$1" >> "$FAKE_SLURM/cancelled"
kill -9 -- "-$1"
"""


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the scripts leave their traces."""
    folder = tmp_path / "slurm"
    folder.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (folder / name).write_text(dedent(text))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_SLURM", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    paths = [str(Path(path).resolve()) for path in sys.path if path]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return folder


@pytest.mark.slow
def test_calls_in_a_job(slurm: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dask

    job = {"cores": 2, "processes": 1, "memory": "1GiB", "interface": "lo", "walltime": "00:10:00"}
    with dask.config.set({f"jobqueue.slurm.{name}": value for name, value in job.items()}):
        executor = open_dask("slurm", root, 2)
        found: dict[int, Outcome] = {}
        try:
            executor.run(Call("work:double", "step"), [((x,), {"x": x}) for x in range(5)], found.__setitem__)
            assert [json.loads(found[x].data) for x in range(5)] == [0, 2, 4, 6, 8]
            assert executor.capacity == 2
        finally:
            executor.close()
    (script,) = slurm.glob("script-*")
    text = script.read_text()
    assert "#SBATCH --cpus-per-task=2" in text
    assert "tls://127.0.0.1" in text
    assert (slurm / "cancelled").read_text().strip().isdigit()


def test_a_job_that_nobody_described(slurm: Path, root: Path) -> None:
    with pytest.raises(EngineError, match="jobqueue: slurm:"):
        open_dask("slurm", root, 2)
    assert not list(slurm.glob("script-*"))
