"""How many bytes a state and all variables may hold, as far as a machine tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specc.ir.module import Module
from specc_runtime.limits import PROJECTION_LIMIT, THRESHOLD
from specc_targets.asl.flow import ALL, Flow, Load
from specc_targets.asl.item_counts import Titles
from specc_targets.asl.thresholds import PARAMETERS, largest_parameter, together

_AROUND = 48
"""Bytes of a tagged value around the value."""


class Payloads:
    """Estimates what states hold: constants, parameters, and for each result as much as it may have by value."""

    def __init__(self, module: Module, definition: Mapping[str, Any], iterations: Mapping[str, int]) -> None:
        self._flow = Flow(definition, iterations)
        self._titles = Titles(module)
        self._parameters = {item.name: largest_parameter(item) for item in module.parameters}

    def states(self) -> Iterator[tuple[str, int]]:
        """The step and the bytes of every state that hands something over."""
        for at in self._flow.states.values():
            for value in together(self._flow, at):
                loads = [load for item, where in value for load in self._flow.loads(item, where)]
                yield self._titles.of(at.name, at.state), self._bytes(loads)

    def variables(self) -> Iterator[tuple[str, int]]:
        """The same of every variable, as often as it is there at once."""
        for name, at in self._flow.assigned.items():
            yield self._titles.of(at.name, at.state), at.times * self._bytes([self._flow.variable(name)])

    def _bytes(self, loads: Iterable[Load]) -> int:
        given = list(loads)
        names = {name for load in given for name in load.parameters}
        parameters = self._parameters.values() if ALL in names else [self._parameters.get(name, 0) for name in names]
        answers = sum(max(map(self._answer, load.answers)) for load in given if load.answers)
        return sum(load.fixed for load in given) + answers + min(PARAMETERS, sum(parameters))

    def _answer(self, name: str) -> int:
        payload = self._flow.payload(name)
        projections = payload.get("project_limit", PROJECTION_LIMIT) if payload.get("project") else 0
        if "items_limit" in payload or payload.get("action") == "scatter":
            return int(payload.get("items_limit", THRESHOLD))
        return int(payload.get("threshold", THRESHOLD)) + _AROUND + int(projections)
