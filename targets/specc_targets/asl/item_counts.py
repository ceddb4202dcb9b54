"""How many items each map has: what is said, else what the spec tells, else a number for all, else one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import CallTask, Map
from specc_runtime.expressions import ExpressionError, JsonValue
from specc_runtime.jobs import ARRAY_LIMIT
from specc_targets.asl.arrays import is_array
from specc_targets.asl.history import Bounds
from specc_targets.asl.lexical import levels
from specc_targets.asl.scope import visible


@dataclass(frozen=True)
class Items:
    """What the user says about numbers of items."""

    every: int | None = None
    """Of each map whose size nothing else tells."""
    of: Mapping[str, int] = field(default_factory=dict)
    """Step (`outer/inner` inside of others) -> its items."""
    parameters: Mapping[str, JsonValue] | None = None
    """Values of the parameters of a run, where it is about one run."""


@dataclass(frozen=True)
class MapSize:
    """How many items a map has, and so how often its body runs."""

    step: str
    items: int
    iterations: int
    source: str
    """`given`, `parameters` of the run, `bounded` by the spec, `assumed` for all, or `unknown`: counted as one."""
    jobs: int | None = None
    """Of a map whose iterations are arrays of jobs: how many jobs there are in all."""

    @property
    def calls(self) -> int:
        """How often the body's work is done."""
        return self.iterations if self.jobs is None else self.jobs


class UnknownStepError(Exception):
    """A number of items for a step that is no map; the message is for the user."""


class Titles:
    """Which step a state is for."""

    def __init__(self, module: Module) -> None:
        self.maps: dict[str, Map] = {}
        self.tasks: dict[str, CallTask] = {}
        found: dict[str, None] = {}
        for level in levels(module):
            for op in (*level.region.ops, *level.region.handlers):
                title = "/".join(visible((*level.path, op.name)))
                found[title] = None
                if isinstance(op, Map):
                    self.maps.setdefault(title, op)
                elif isinstance(op, CallTask):
                    self.tasks.setdefault(title, op)
        self._dotted = {title.replace("/", "."): title for title in found}

    def of(self, name: str, state: Mapping[str, Any]) -> str:
        """The title of the step, or what else the state is for: `outputs`, `start`."""
        payload = state.get("Arguments", {}).get("Payload") if isinstance(state.get("Arguments"), dict) else None
        if isinstance(payload, dict) and isinstance(payload.get("step"), str):
            return str(payload["step"])
        end = len(name)
        while end > 0:
            if name[:end] in self._dotted:
                return self._dotted[name[:end]]
            end = max(name.rfind("-", 0, end), name.rfind(".", 0, end))
        return name


def check_items(given: Items, modules: Iterable[Module]) -> None:
    """Raise `UnknownStepError` when a number of items is given for no map of any module."""
    there = [title for module in modules for title in Titles(module).maps]
    unknown = [step for step in given.of if step not in there]
    if unknown:
        names = ", ".join(dict.fromkeys(there)) or "none"
        raise UnknownStepError(f"no step with `each` is called `{unknown[0]}`; there are: {names}")


def map_sizes(module: Module, definition: Mapping[str, Any], given: Items) -> dict[str, MapSize]:
    """The size of every Map state by its name."""
    titles = Titles(module)
    bounds = Bounds(module)
    return {name: _size(titles, bounds, name, state, given) for name, state in map_states(definition)}


def map_states(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every Map state of a definition, outer before inner."""
    for name, state in definition["States"].items():
        for branch in state.get("Branches", ()):
            yield from map_states(branch)
        if state["Type"] == "Map":
            yield name, state
            yield from map_states(state["ItemProcessor"])


def _size(titles: Titles, bounds: Bounds, name: str, state: Mapping[str, Any], given: Items) -> MapSize:
    title = titles.of(name, state)
    op = titles.maps.get(title)
    batch = (op.batch if op is not None else None) or 1
    together = state.get("ItemBatcher", {}).get("MaxItemsPerBatch", 1)
    together = together if isinstance(together, int) and batch == 1 else 1
    bound = bounds.of(op) if op is not None else None
    known = _from_parameters(op, given.parameters) if op is not None else None
    if title in given.of:
        items, source = given.of[title], "given"
    elif known is not None:
        items, source = known, "parameters"
    elif bound is not None:
        items, source = bound * batch, "bounded"
        if given.every is not None:
            items = min(items, given.every)
    elif given.every is not None:
        items, source = given.every, "assumed"
    else:
        items, source = 1, "unknown"
    iterations = -(-items // (batch * together))
    if is_array(state):
        return MapSize(title, items, -(-iterations // ARRAY_LIMIT), source, jobs=iterations)
    return MapSize(title, items, iterations, source)


def _from_parameters(op: Map, values: Mapping[str, JsonValue] | None) -> int | None:
    """How many items a map has whose source is made of parameters alone."""
    for _, template in op.sources:
        roots = {reference.root for reference in template.references}
        if values is None or roots != {"params"}:
            continue
        try:
            found = template.evaluate({"params": dict(values)})
        except ExpressionError:
            continue
        if isinstance(found, list):
            return len(found)
    return None
