"""The local engine and the compiled machine give what the corpus expects, and the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.harness.case import Case, Run, load_corpus
from conformance.harness.deployment import Deployment
from conformance.harness.local import run_local
from conformance.harness.outcome import Outcome, differences, disagreements
from conformance.table import PROPERTY

pytestmark = pytest.mark.slow
_RUNS = [pytest.param(case, run, id=run.id) for case in load_corpus() for run in case.runs]


def test_the_corpus_is_large_enough() -> None:
    assert len(load_corpus()) >= 60


@pytest.mark.parametrize(("case", "run"), _RUNS)
@pytest.mark.usefixtures("account")
def test_engines_agree(
    deployment: Deployment, case: Case, run: Run, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    compiled = deployment.compiled(case)
    with ThreadPoolExecutor(1) as other:
        machine = other.submit(deployment.run, case, run, _folder(tmp_path / "machine"))
        local = run_local(case, run, _folder(tmp_path / "local"))
        found = list(_faults(run, local, machine.result()))
    states = len(json.dumps(compiled.definition).split('"Type": ')) - 1
    record = {"spec": case.name, "run": run.number, "states": states, "executed": 1, "differences": found}
    record_property(PROPERTY, json.dumps(record))
    assert not found, "\n".join(found)


def _faults(run: Run, local: Outcome, machine: Outcome) -> Iterator[str]:
    yield from differences("local", run, local)
    yield from differences("machine", run, machine)
    yield from disagreements(local, machine)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
