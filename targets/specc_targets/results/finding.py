"""Finds the run and the step that results are asked of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from specc.diagnostics import closest
from specc_targets.local.runs.directory import run_names
from specc_targets.local.runs.errors import RunNotFound, StateError
from specc_targets.local.runs.state import state_directory
from specc_targets.report.finding import open_run
from specc_targets.results.cells import RunCells
from specc_targets.results.choosing import ChoiceError
from specc_targets.results.steps import CellStep
from specc_targets.results.table import Choice, ResultTable

LATEST = "latest"
"""The name of the latest run, where a step's name is to follow."""


@contextmanager
def open_results(run: str | None, step: str | None, choice: Choice) -> Iterator[ResultTable]:
    """The results of a step of a run: of the latest without a name or `latest`, and of the only step that has cells.

    A single name may also be that of a step of the latest run. Raises `ChoiceError` for what cannot be had.
    """
    try:
        found, step = _opened(None if run == LATEST else run, step)
        with found:
            yield ResultTable(found, choose_step(found, step), choice)
    except StateError as error:
        raise ChoiceError(str(error)) from None


def _opened(run: str | None, step: str | None) -> tuple[RunCells, str | None]:
    try:
        return RunCells(open_run(run)), step
    except RunNotFound:
        if run is None or step is not None or not run_names(state_directory()):
            raise
        latest = RunCells(open_run(None))
        if run not in {known.name for known in latest.steps}:
            raise
        return latest, run


def choose_step(run: RunCells, name: str | None) -> CellStep:
    """The step called so. Raises `ChoiceError`."""
    steps = {step.name: step for step in run.steps}
    if not steps:
        raise ChoiceError(f"run `{run.run.id}` has no step with cells: none has `matrix` or `each`")
    if name is not None:
        found = steps.get(name.strip("/"))
        if found is not None:
            return found
        near = closest(name, steps)
        said = f"did you mean `{near}`?" if near else f"there are: {', '.join(steps)}"
        raise ChoiceError(f"run `{run.run.id}` has no step `{name}` with cells; {said}")
    sweeps = [step for step in steps.values() if step.is_sweep]
    if len(steps) == 1 or len(sweeps) == 1:
        return sweeps[0] if sweeps else next(iter(steps.values()))
    raise ChoiceError(f"several steps of run `{run.run.id}` have cells; name one: {', '.join(steps)}")
