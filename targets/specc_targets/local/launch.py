"""Begins a run that is kept, or goes on with one that has ended early."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from specc.ir.module import Module
from specc_runtime.expressions import JsonValue
from specc_targets.json_text import indented
from specc_targets.local.changes import changed, longer_or_shorter
from specc_targets.local.inputs import resolve_parameters
from specc_targets.local.moved_cells import moved_cells, moved_records
from specc_targets.local.plan import read_plan, write_plan
from specc_targets.local.running import Earlier
from specc_targets.local.runs.directory import RunDirectory, list_runs
from specc_targets.local.runs.errors import RunNotFound, StateError
from specc_targets.local.runs.journal import JOURNAL
from specc_targets.local.runs.state import state_directory

PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run with a folder of its own."""

    directory: RunDirectory
    parameters: Mapping[str, JsonValue]
    recovered: Earlier | None = None
    """What it has done before; None for a new one."""

    @property
    def plan(self) -> Path:
        """The plan that it runs."""
        return self.directory.path / PLAN

    def abandon(self) -> None:
        """Let go of the run, which has not begun; a new one leaves nothing behind."""
        self.directory.close()
        if self.recovered is None:
            shutil.rmtree(self.directory.path, ignore_errors=True)
        else:
            self.recovered.close()

    @property
    def has_begun(self) -> bool:
        """Whether anything was recorded; a run whose parameters or secrets are refused never begins."""
        return (self.directory.path / JOURNAL).exists()

    def saved_plan(self) -> Module | None:
        """The plan that the run began with; None when a file that it was made of has changed, or it cannot be read."""
        sources = self.directory.header().get("sources") or {}
        if not sources or any(digest(Path(path)) != known for path, known in sources.items()):
            return None
        try:
            return read_plan(json.loads(self.plan.read_bytes()))
        except (OSError, ValueError):
            return None


def digest(path: Path) -> str | None:
    """The SHA-256 of a file, in hex; None when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def begin(module: Module, parameters: Mapping[str, JsonValue], *, spec: str, root: Path, **more: JsonValue) -> KeptRun:
    """Make the folder of a new run. Raises `StateError`.

    `more` are further things to remember: `sources` (path -> SHA-256 of what the plan was made of), `version`,
    `options`.
    """
    values, faults = resolve_parameters(module.parameters, parameters)
    header = {
        "name": module.name,
        "spec": spec,
        "path": str(Path(spec).resolve()),
        "root": str(root.resolve()),
        "started": datetime.now(UTC).isoformat(timespec="microseconds"),
        "parameters": dict(parameters) if faults else values,
        **more,
    }
    directory = RunDirectory.create(state_directory(), None, header)
    directory.write(PLAN, plan_bytes(module))
    return KeptRun(directory, parameters)


def go_on(run_id: str | None, spec: str | None) -> KeptRun:
    """Open a run to go on with it: the one called so, else the latest (of `spec`). Raises `StateError`."""
    state = state_directory()
    directory = RunDirectory.open(state, run_id, lock=True) if run_id else _latest(state, spec)
    from specc_targets.local.runs.recovery import Recovered

    try:
        parameters = directory.header().get("parameters")
        recovered = Recovered.read(directory.path)
    except BaseException:
        directory.close()
        raise
    return KeptRun(directory, parameters if isinstance(parameters, dict) else {}, recovered)


def _latest(state: Path, spec: str | None) -> RunDirectory:
    if spec is None:
        return RunDirectory.open(state, None, lock=True)
    path = str(Path(spec).resolve())
    for run in list_runs(state):
        if run.damage() is None and run.header().get("path") == path:
            run.acquire()
            return run
    raise RunNotFound(f"there is no run of `{spec}` in `{state}` to go on with; start one without `--resume`")


def replan(kept: KeptRun, module: Module, spec: str, sources: Mapping[str, str]) -> KeptRun:
    """Go on with `module`, which `spec` gives now. What was done holds where no change touches it.

    Raises `StateError`, also when the run is one of another spec.
    """
    from specc_targets.local.runs.recovery import Recovered
    from specc_targets.tracking.moving import move_metrics

    directory, recovered, header = kept.directory, kept.recovered, kept.directory.header()
    if header.get("name", module.name) != module.name:
        raise StateError(f"run `{directory.id}` is one of `{header['name']}`, and `{spec}` is `{module.name}`")
    try:
        before = read_plan(json.loads(kept.plan.read_bytes()))
        going_on = longer_or_shorter(before, module)
        stale = sorted(changed(before, module) - going_on)
        moves = moved_cells(before, module)
    except (OSError, ValueError):  # what it did is known, but not what it was asked to do
        going_on, moves = frozenset(), {}
        known = header.get("sources") == dict(sources)
        stale = [] if known else [*(op.name for op in module.body.ops), "finally"]
    if stale or going_on:
        if stale:
            again = moved_records(directory.path, moves) if moves and recovered is not None else []
            journal = directory.open_journal()
            begin = (directory.path / JOURNAL).stat().st_size
            journal.forget(stale)
            journal.repeat(again)
            journal.close()
            end = (directory.path / JOURNAL).stat().st_size
        if recovered is not None:
            recovered.close()
        recovered = Recovered.read(directory.path)
        if stale:
            anew = ", ".join(name for name in stale if name != "finally" and name not in moves)
            if anew or not moves:
                recovered.notes.append(f"the spec has changed; done anew: {anew or 'finally'}")
        if moves:
            steps = ", ".join(sorted(moves))
            recovered.notes.append(f"the matrix has changed; configurations that are still there hold: {steps}")
            try:
                move_metrics(directory.path, moves, (begin, end))
            except StateError as error:
                recovered.notes.append(f"{error}; metrics of earlier may be shown with other configurations")
        if going_on:
            loops = ", ".join(sorted(going_on))
            recovered.notes.append(f"the end of loops has changed; their iterations hold: {loops}")
    directory.write(PLAN, plan_bytes(module))
    directory.write_header({**header, "spec": spec, "path": str(Path(spec).resolve()), "sources": dict(sources)})
    declared = {item.name for item in module.parameters}
    values = {name: value for name, value in kept.parameters.items() if name in declared}
    return replace(kept, recovered=recovered, parameters=values)


def plan_bytes(module: Module) -> bytes:
    """A module as the folder of a run holds it."""
    return (indented(write_plan(module), 1) + "\n").encode()
