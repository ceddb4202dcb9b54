"""How large a result may be to travel by value: all that a state holds at once must fit into 256 KiB.

A request, what the branches of a Parallel give, and the input of an iteration hold several values each. The room is
shared out equally among them, and every Task is told the least share that its answer gets anywhere, where that is less
than usual.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specc.diagnostics import Label, Place, Sink
from specc.ir.module import Module, Parameter
from specc.ir.ops import Map
from specc_runtime.limits import ITEMS_LIMIT, PROJECTION_LIMIT, REFERENCE, THRESHOLD
from specc_targets.asl.flow import ALL, At, Flow, Load
from specc_targets.asl.history import Bounds
from specc_targets.asl.lexical import levels
from specc_targets.asl.scope import visible
from specc_targets.asl.text import Json

ROOM = 192 * 1024
"""Bytes shared out among the values that travel together (256 KiB a state, with room for what cannot be counted)."""
MOST = 240 * 1024
"""Bytes that constants, parameters and references may have together."""
VARIABLES = 8 * 1024 * 1024
"""Bytes shared out among all variables (10 MiB an execution, Step Functions quotas)."""
PARAMETERS = 96 * 1024
"""Bytes kept free for the parameters of a run where any are read."""
_UNBOUNDED = 32 * 1024
"""Bytes counted for a parameter whose length nothing bounds."""
_COUNTED = 4 * 1024
"""Bytes of a variable counted for what is not the answer of a Task: long errors and parameters are few."""
_LEAST_PROJECTION = 64
_AROUND = 48
"""Bytes of a tagged value around the value."""
_STEP = 64


@dataclass(slots=True)
class _Share:
    """Bytes by value, and of projections, that each value of a set may have."""

    value: int = THRESHOLD
    projection: int = PROJECTION_LIMIT


def set_thresholds(sink: Sink, module: Module, definition: Mapping[str, Any]) -> None:
    """Tell every Task of a definition how large an answer may be. Reports SPC425."""
    defaults = sum(_size(item.default) for item in module.parameters)
    if defaults > MOST:
        largest = max(module.parameters, key=lambda item: _size(item.default))
        sink.report(
            "SPC425",
            f"the defaults of the parameters have {defaults:,} bytes; Step Functions holds {MOST // 1024} KiB of them",
            Label(largest.origin.child("default"), "too large"),
            help="ship the data as a file with the code, or load it in a step",
        )
    flow = Flow(definition, _bounds(module))
    thresholds = _Thresholds(module, flow)
    for at in flow.states.values():
        for value in together(flow, at):
            share = thresholds.share([load for item, where in value for load in flow.loads(item, where)])
            if share is None:
                _report(sink, module, flow, at)
    thresholds.share_variables()
    for name, limit in thresholds.items.items():
        flow.payload(name)["items_limit"] = limit
    for name, share in thresholds.shares.items():
        payload = flow.payload(name)
        if share.value < THRESHOLD:
            payload["threshold"] = share.value
        if payload.get("project") and share.projection < PROJECTION_LIMIT:
            payload["project_limit"] = share.projection


def together(flow: Flow, at: At) -> Iterator[list[tuple[Any, At]]]:
    """What a state holds at once: its request, what its branches give, what it gives to an iteration."""
    payload = at.payload
    if payload is not None:
        yield [(payload, at)]
        if payload["action"] == "outputs":
            yield [(dict.fromkeys(payload["outputs"], "x" * REFERENCE), at), (at.state.get("Output"), at)]
    elif at.state["Type"] == "Parallel":
        ends = [[(end.state.get("Output"), end) for end in flow.ends(branch)] for branch in at.state["Branches"]]
        yield [max(found, key=lambda item: len(json.dumps(item[0]))) for found in ends if found]
    elif at.state["Type"] == "Map":
        yield [(at.state.get("ItemSelector"), at)]


class _Thresholds:
    def __init__(self, module: Module, flow: Flow) -> None:
        self._flow = flow
        self._parameters = {item.name: largest_parameter(item) for item in module.parameters}
        self.shares: dict[str, _Share] = {}
        self.items: dict[str, int] = {}
        """Scatter -> bytes of the items that it may give back inline."""

    def share(self, loads: list[Load]) -> _Share | None:
        """Share out the room of one state among what it holds; None when not even references fit."""
        fixed = self._fixed(loads)
        values = [load for load in loads if load.answers]
        number = sum(max(self._values(name) for name in load.answers) for load in values)
        projected = sum(any(self._projects(name) for name in load.answers) for load in values)
        found = _divide(fixed + number * _AROUND, number, projected)
        if found is None:
            return None
        for load in values:
            for name in load.answers:
                self._at_most(name, found)
        return found

    def share_variables(self) -> None:
        """The same for all the variables of the execution."""
        flow = self._flow
        rest = VARIABLES
        values: dict[str, int] = {}
        lists: dict[str, int] = {}
        for variable, at in flow.assigned.items():
            load = flow.variable(variable)
            rest -= min(_COUNTED, self._fixed([load])) * at.times
            if at.payload is not None and self._scatters(at.name):
                lists[at.name] = at.times
            elif load.answers:
                values[variable] = at.times
        items, number = sum(lists.values()), sum(values.values())
        if items * ITEMS_LIMIT > rest // 2:
            self.items = {name: max(_STEP, _rounded(rest // 2 // items)) for name in lists}
            rest -= rest // 2
        else:
            rest -= items * ITEMS_LIMIT
        if number * (THRESHOLD + _AROUND) > rest:
            least = _Share(max(REFERENCE, _rounded(rest // number - _AROUND)))
            for variable in values:
                for name in flow.variable(variable).answers:
                    self._at_most(name, least)

    def _fixed(self, loads: list[Load]) -> int:
        names = {name for load in loads for name in load.parameters}
        sizes = self._parameters.values() if ALL in names else [self._parameters.get(name, 0) for name in names]
        return sum(load.fixed for load in loads) + min(PARAMETERS, sum(sizes))

    def _values(self, name: str) -> int:
        """How many values of the permitted size the answer of a Task hands on together."""
        return len(self._flow.payload(name)["each"]) if self._scatters(name) else 1

    def _scatters(self, name: str) -> bool:
        return bool(self._flow.payload(name)["action"] == "scatter")

    def _projects(self, name: str) -> bool:
        return bool(self._flow.payload(name).get("project"))

    def _at_most(self, name: str, share: _Share) -> None:
        own = self.shares.setdefault(name, _Share())
        own.value = min(own.value, share.value)
        own.projection = min(own.projection, share.projection)


def _divide(fixed: int, number: int, projected: int) -> _Share | None:
    """The share of each of `number` values, of which some are `projected`; None when not even references fit."""
    if fixed > MOST:
        return None
    room = ROOM - fixed
    if number * THRESHOLD + projected * PROJECTION_LIMIT <= room:
        return _Share()
    projection = PROJECTION_LIMIT
    if projected:
        projection = min(projection, _rounded(max(room - number * THRESHOLD, room // 2) // projected))
    value = min(THRESHOLD, _rounded((room - projected * projection) // number)) if number else THRESHOLD
    if value < REFERENCE or projection < _LEAST_PROJECTION:
        value = REFERENCE
        left = MOST - fixed - number * value
        if left < projected * _LEAST_PROJECTION:
            return None
        projection = min(PROJECTION_LIMIT, _rounded(left // projected)) if projected else PROJECTION_LIMIT
    return _Share(value, projection)


def _bounds(module: Module) -> dict[str, int]:
    known = Bounds(module)
    found: dict[str, int] = {}
    for level in levels(module):
        for op in (*level.region.ops, *level.region.handlers):
            bound = known.of(op) if isinstance(op, Map) else None
            if bound is not None:
                found["/".join(visible((*level.path, op.name)))] = bound
    return found


def _rounded(size: int) -> int:
    return size // _STEP * _STEP


def _size(value: Json) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def largest_parameter(item: Parameter) -> int:
    """The bytes of a parameter, at most as far as its declaration tells."""
    default = _size(item.default)
    if item.kind in ("integer", "number", "boolean", "datetime", "duration"):
        return max(64, default)
    choices = item.schema.get("enum")
    if isinstance(choices, list):
        return max(map(_size, [*choices, ""]))
    longest = item.schema.get("maxLength")
    return max(default, min(_UNBOUNDED, 6 * longest) if isinstance(longest, int) else _UNBOUNDED)


def _report(sink: Sink, module: Module, flow: Flow, at: At) -> None:
    title = flow.title(at)
    origins: dict[str, Place] = {}
    for level in levels(module):
        for op in (*level.region.ops, *level.region.handlers):
            origins.setdefault("/".join(visible((*level.path, op.name))), op.origin)
    place, what = Place(("outputs",), "key"), "the outputs hold"
    if title in origins:
        place = origins[title].key()
        what = {"Task": f"step `{title}` reads", "Map": f"each item of step `{title}` is given"}.get(
            at.state["Type"], f"step `{title}` and those beside it leave"
        )
    sink.report(
        "SPC425",
        f"{what} too many values at once: references to them do not fit into {MOST // 1024} KiB",
        Label(place, "too much for one state"),
        help=["let a step with `each` make these values: a list travels as one", "or combine them a part at a time"],
        notes=[f"Step Functions hands a state 256 KiB; a reference to the store takes up to {REFERENCE} bytes"],
    )
