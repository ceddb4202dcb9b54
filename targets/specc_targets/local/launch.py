"""Begins a run that is kept, or goes on with one that has ended early."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from specc.expressions.types import ANY
from specc.ir.module import Module
from specc.ir.ops import CallTask, Map, Op, Recoverable
from specc.ir.policies import Compute
from specc.ir.region import Region
from specc.ir.walk import body_of
from specc_runtime.expressions import JsonValue
from specc_targets.json_text import indented
from specc_targets.local.plan import read_plan, write_plan
from specc_targets.local.running import Earlier
from specc_targets.local.runs.directory import RunDirectory, list_runs
from specc_targets.local.runs.errors import RunDamaged, RunNotFound
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
    header = {
        "name": module.name,
        "spec": spec,
        "path": str(Path(spec).resolve()),
        "root": str(root.resolve()),
        "started": datetime.now(UTC).isoformat(timespec="microseconds"),
        "parameters": dict(parameters),
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


def replan(kept: KeptRun, module: Module, sources: Mapping[str, str]) -> KeptRun:
    """Go on with `module`, which the spec gives now. What was done holds where no change touches it."""
    from specc_targets.local.runs.recovery import Recovered

    directory, recovered = kept.directory, kept.recovered
    try:
        before = read_plan(json.loads(kept.plan.read_bytes()))
    except (OSError, ValueError) as error:
        raise RunDamaged(f"the plan of run `{directory.id}` cannot be read: {error}") from None
    stale = sorted(changed(before.body, module.body))
    if stale:
        journal = directory.open_journal()
        journal.changed(stale)
        journal.close()
        if recovered is not None:
            recovered.close()
        recovered = Recovered.read(directory.path)
        recovered.notes.append(f"the spec has changed; done anew: {', '.join(stale)}")
    directory.write(PLAN, plan_bytes(module))
    directory.write_header({**directory.header(), "sources": dict(sources)})
    return replace(kept, recovered=recovered)


def changed(before: Region, after: Region) -> frozenset[str]:
    """The steps of a region that do not compute what they did, and all that use their results."""
    known = {op.name: essence(op) for op in before.ops}
    stale = {op.name for op in after.ops if known.get(op.name) != essence(op)}
    handlers = {op.name: essence(op) for op in before.handlers}
    altered = {op.name for op in after.handlers if handlers.get(op.name) != essence(op)}
    stale |= {
        op.name for op in after.ops if isinstance(op, Recoverable) and altered & {item.run for item in op.catches}
    }
    while True:
        more = {edge.target for edge in after.edges if edge.source in stale and edge.kind == "data"} - stale
        if not more:
            return frozenset(stale)
        stale |= more


def essence(op: Op) -> Op:
    """An operation without what decides only how its results come about: limits, retries, where it runs."""
    found: Op = replace(op, after=(), result=ANY)
    if isinstance(found, Recoverable):
        found = replace(found, retry=None)
    if isinstance(found, CallTask):
        found = replace(found, timeout=None, compute=Compute(), cache=None, isolation=None, slots=())
    if isinstance(found, Map):
        found = replace(found, max_parallel=None, tolerance=None)
    body = body_of(found)
    if body is not None:
        ops, handlers = tuple(map(essence, body.ops)), tuple(map(essence, body.handlers))
        found = replace(found, body=replace(body, ops=ops, handlers=handlers, edges=()))  # type: ignore[call-arg]  # it has one
    return found


def plan_bytes(module: Module) -> bytes:
    """A module as the folder of a run holds it."""
    return (indented(write_plan(module), 1) + "\n").encode()
