"""Runs a generated spec on both engines and says how they differ."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from conformance.generator.spec import Generated
from conformance.generator.toml import to_toml
from conformance.harness.case import Case, Run
from conformance.harness.deployment import Deployment
from conformance.harness.local import run_local
from conformance.harness.outcome import Outcome, disagreements

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"


def write_case(generated: Generated, folder: Path, name: str) -> tuple[Case, Run]:
    """Write the spec into a folder of its own; it finds its functions by a link."""
    home = folder / "corpus" / name
    home.mkdir(parents=True)
    link = folder / "functions"
    if not link.exists():
        link.symlink_to(FUNCTIONS)
    (home / "spec.toml").write_text(to_toml(generated.spec))
    run = Run(case=name, number=1, name="", params=generated.params)
    return Case(name, home, (run,)), run


def compare(deployment: Deployment, generated: Generated, folder: Path, name: str) -> tuple[list[str], Outcome]:
    """How the two outcomes differ, and the local one. Raises what compiling or running raises."""
    case, run = write_case(generated, folder, name)
    deployment.compiled(case)
    here, there = case.folder / "local", case.folder / "machine"
    here.mkdir()
    there.mkdir()
    with ThreadPoolExecutor(1) as other:
        machine = other.submit(deployment.run, case, run, there)
        local = run_local(case, run, here)
        outcomes = [_determined(outcome, generated) for outcome in (local, machine.result())]
    return list(disagreements(*outcomes)), outcomes[0]


def _determined(outcome: Outcome, generated: Generated) -> Outcome:
    """Only what does not depend on which of two steps is faster: of the calls their number, not their order."""
    calls = sorted(outcome.files.get("calls", "").splitlines())
    counted = {False: generated.body_counted, True: generated.end_counted}
    calls = [call for call in calls if counted["end" in call.split()[0]]]
    return replace(outcome, files={"calls": "\n".join(calls)})
