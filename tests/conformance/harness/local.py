"""The first engine: a spec run here, by way of the plan that the `local` target writes."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from conformance.harness.case import Case, Run
from conformance.harness.machine import compile_with
from conformance.harness.outcome import Outcome, files_in
from specc_targets.local import RunResult, run


def run_local(case: Case, wanted: Run, directory: Path) -> Outcome:
    """Run a case once on the local engine."""
    _, files = compile_with("local", case)
    plan = json.loads(files[PurePosixPath("plan.json")])
    return outcome_of(run(plan, wanted.parameters(directory), root=case.folder), directory)


def outcome_of(result: RunResult, directory: Path) -> Outcome:
    """What a run gave, in the words of the suite."""
    error = result.error
    return Outcome(
        status=result.status,
        outputs=dict(result.outputs),
        skipped=tuple(sorted(result.skipped)) if error is None else (),
        error=error.name if error is not None else None,
        message=error.message if error is not None else None,
        files=files_in(directory),
    )
