"""Begins a run that is kept, or goes on with one that has ended early."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specc.ir.module import Module
from specc.ir.region import Region
from specc_runtime.expressions import JsonValue
from specc_targets.json_text import indented
from specc_targets.local.plan import read_plan, write_plan
from specc_targets.local.running import Earlier
from specc_targets.local.runs.directory import HEADER, RunDirectory, list_runs
from specc_targets.local.runs.errors import RunDamaged, RunNotFound
from specc_targets.local.runs.state import state_directory

PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A run with a folder of its own."""

    directory: RunDirectory
    parameters: Mapping[str, JsonValue]
    recovered: Earlier | None = None
    """What it has done before; None for a new one."""

    @property
    def plan(self) -> Path:
        """The plan that it runs."""
        return self.directory.path / PLAN

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


def begin(module: Module, parameters: Mapping[str, JsonValue], *, spec: str, root: Path, **more: JsonValue) -> Kept:
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
    return Kept(directory, parameters)


def go_on(run_id: str | None, spec: str | None) -> Kept:
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
    return Kept(directory, parameters if isinstance(parameters, dict) else {}, recovered)


def _latest(state: Path, spec: str | None) -> RunDirectory:
    if spec is None:
        return RunDirectory.open(state, None, lock=True)
    path = str(Path(spec).resolve())
    for run in list_runs(state):
        if run.damage() is None and run.header().get("path") == path:
            run.acquire()
            return run
    raise RunNotFound(f"there is no run of `{spec}` in `{state}` to go on with; start one without `--resume`")


def replan(kept: Kept, module: Module, sources: Mapping[str, str]) -> Kept:
    """Go on with `module`, which the spec gives now. What was done holds where no change touches it."""
    directory = kept.directory
    try:
        before = read_plan(json.loads(kept.plan.read_bytes()))
    except (OSError, ValueError) as error:
        raise RunDamaged(f"the plan of run `{directory.id}` cannot be read: {error}") from None
    stale = changed(before.body, module.body)
    directory.write(PLAN, plan_bytes(module))
    header = {**directory.header(), "sources": dict(sources)}
    directory.write(HEADER, json.dumps(header, ensure_ascii=False).encode())
    known = kept.recovered
    if known is not None and stale:
        known = Narrowed(known, stale)
    return replace(kept, recovered=known)


def changed(before: Region, after: Region) -> frozenset[str]:
    """The steps of a region that are not what they were, and all that use their results."""
    known = {op.name: op for op in before.ops}
    stale = {op.name for op in after.ops if known.get(op.name) != op}
    stale |= {op.name for op in before.handlers if op not in after.handlers}
    while True:
        more = {edge.target for edge in after.edges if edge.source in stale and edge.kind == "data"} - stale
        if not more:
            return frozenset(stale)
        stale |= more


class Narrowed:
    """What is known of a run, without some of its steps."""

    def __init__(self, recovered: Earlier, without: frozenset[str]) -> None:
        self._recovered, self._without = recovered, without
        self.ended = recovered.ended
        self.notes: Sequence[str] = (
            *recovered.notes,
            f"changed since, so done anew: {', '.join(sorted(without))}",
        )

    def _holds(self, address: str) -> bool:
        name = address.partition("/")[0].partition("[")[0].partition("{")[0].partition("!")[0]
        return name not in self._without

    def step(self, address: str) -> tuple[Any] | None:
        """The kept value of a call as a tuple of one."""
        return self._recovered.step(address) if self._holds(address) else None

    def items(self, prefix: str) -> Any:
        """The items of a map."""
        return self._recovered.items(prefix) if self._holds(prefix) else None

    def failure(self, address: str) -> Any:
        """How a call had failed."""
        return self._recovered.failure(address) if self._holds(address) else None

    def close(self) -> None:
        """Close the journal."""
        self._recovered.close()


def plan_bytes(module: Module) -> bytes:
    """A module as the folder of a run holds it."""
    return (indented(write_plan(module), 1) + "\n").encode()
