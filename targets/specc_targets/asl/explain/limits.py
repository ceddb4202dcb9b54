"""How close a machine is to each limit, and which step is to blame."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specc.ir.module import Module
from specc_runtime.jobs import ARRAY_LIMIT
from specc_targets.asl.arrays import is_array
from specc_targets.asl.bounds import Execution, State, Weigh, events, is_distributed, is_express
from specc_targets.asl.child_limits import MAX_ITEMS
from specc_targets.asl.explain.payloads import Payloads
from specc_targets.asl.history import MAX_EVENTS
from specc_targets.asl.item_counts import Items, MapSize, Titles, map_sizes, map_states
from specc_targets.asl.limits import LAMBDA_ENVIRONMENT, LAMBDA_TIMEOUT, PAYLOAD
from specc_targets.asl.machine_limits import MAX_DEFINITION
from specc_targets.asl.map_modes import DISTRIBUTED_CONCURRENCY, INLINE_CONCURRENCY
from specc_targets.asl.names import MAX_NAME

_MACHINE = re.compile(r":stateMachine:([\w-]+)")
MAX_VARIABLES = 10 * 1024 * 1024
"""Bytes of all variables of an execution (Step Functions quotas)."""
MAX_EXPRESS = 300
"""Seconds of an Express execution (Step Functions quotas)."""


@dataclass(frozen=True)
class Row:
    """One limit."""

    what: str
    value: int
    limit: int | None
    """None where there is none."""
    step: str
    """The step that has the largest part in it."""

    @property
    def share(self) -> float | None:
        """Which part of what is allowed is used."""
        return self.value / self.limit if self.limit else None


@dataclass(frozen=True)
class MapRow:
    """One map."""

    size: MapSize
    mode: str
    """`inline`, `array of jobs`, `distributed`, or `distributed, express`."""
    at_once: int
    most_items: int | None
    """Items that it may have at most: what fits into the history, or what AWS allows."""


@dataclass(frozen=True)
class Explained:
    """A machine and its limits."""

    name: str
    rows: tuple[Row, ...]
    maps: tuple[MapRow, ...]
    nested: tuple[str, ...]
    """State machines that this one runs."""
    unbounded: tuple[str, ...]
    """States of loops that nothing bounds."""


def explain_limits(name: str, module: Module, definition: Mapping[str, Any], items: Items) -> Explained:
    """The limits of a machine with these numbers of items."""
    sizes = map_sizes(module, definition, items)
    return _Explainer(name, module, definition, sizes).explain()


class _Explainer:
    def __init__(self, name: str, module: Module, definition: Mapping[str, Any], sizes: Mapping[str, MapSize]) -> None:
        self._name, self._module, self._definition, self._sizes = name, module, definition, sizes
        self._titles = Titles(module)
        self._iterations = {name: size.iterations for name, size in sizes.items()}
        self._usual = Execution(definition, self._iterations)
        self._worst = Execution(definition, self._iterations, failing=True)
        self._states = dict(_states(definition))

    def explain(self) -> Explained:
        rows = [
            *self._definition_rows(),
            *self._payload_rows(),
            *self._running_rows(),
            *self._child_rows(),
            *self._environment_rows(),
        ]
        return Explained(
            name=self._name,
            rows=tuple(rows),
            maps=tuple(self._maps()),
            nested=tuple(dict.fromkeys(self._nested())),
            unbounded=tuple(sorted(self._usual.unbounded | self._worst.unbounded)),
        )

    def _step(self, name: str) -> str:
        return self._titles.of(name, self._states[name])

    def _definition_rows(self) -> Iterator[Row]:
        own = {
            name: _size({key: value for key, value in state.items() if key not in ("Branches", "ItemProcessor")})
            for name, state in self._states.items()
        }
        yield Row("definition, bytes", _size(self._definition), MAX_DEFINITION, self._largest(own.items()))
        yield Row("states", len(self._states), None, self._largest((name, 1) for name in self._states))
        longest = max(self._states, key=len)
        yield Row("longest name, characters", len(longest), MAX_NAME, self._step(longest))

    def _environment_rows(self) -> Iterator[Row]:
        size = sum(len(name.encode()) + len(value.encode()) for name, value in self._module.environment)
        if size:
            yield Row("environment of a function, bytes", size, LAMBDA_ENVIRONMENT, "")

    def _payload_rows(self) -> Iterator[Row]:
        payloads = Payloads(
            self._module, self._definition, {size.step: size.iterations for size in self._sizes.values()}
        )
        step, most = max(payloads.states(), key=lambda item: item[1], default=("", 0))
        yield Row("state input or output, bytes at most", most, PAYLOAD, step)
        found = Counter[str]()
        for step, size in payloads.variables():
            found[step] += size
        yield Row(
            "variables, bytes at most", found.total(), MAX_VARIABLES, max(found, key=found.__getitem__, default="")
        )

    def _running_rows(self) -> Iterator[Row]:
        weigh = events(self._iterations)
        for execution, how in ((self._usual, "nothing fails"), (self._worst, "at most")):
            most = int(execution.most(weigh, children=False)) + 2
            yield Row(f"history, events, {how}", most, MAX_EVENTS, self._dearest(execution, weigh, children=False))
        for execution, how in ((self._usual, "nothing fails"), (self._worst, "at most")):
            most = int(execution.most(lambda _name, _state: 1))
            yield Row(f"states entered, {how}", most, None, self._dearest(execution, lambda _name, _state: 1))
        times = {name: _seconds(state) for name, state in self._states.items() if _is_lambda(state)}
        if times:
            slowest = max(times, key=times.__getitem__)
            yield Row("time of a Lambda function, seconds", times[slowest], LAMBDA_TIMEOUT, self._step(slowest))

    def _child_rows(self) -> Iterator[Row]:
        for name, state in map_states(self._definition):
            if not is_distributed(state):
                continue
            step = self._step(name)
            if is_express(state):
                most = int(self._worst.child(state, lambda _name, inner: _seconds(inner)))
                yield Row(f"Express child of {step}, seconds at most", most, MAX_EXPRESS, step)
            else:
                most = int(self._worst.child(state, events(self._iterations))) + 2
                yield Row(f"history of a child of {step}, events at most", most, MAX_EVENTS, step)

    def _maps(self) -> Iterator[MapRow]:
        maps = list(map_states(self._definition))
        nested = {inner for _, state in maps for inner, _ in map_states(state["ItemProcessor"])}
        for name, state in maps:
            size = self._sizes[name]
            wanted = state.get("MaxConcurrency") or 0
            wanted = wanted if isinstance(wanted, int) else 0
            if is_distributed(state):
                mode = "distributed, express" if is_express(state) else "distributed"
                yield MapRow(size, mode, wanted or DISTRIBUTED_CONCURRENCY, MAX_ITEMS)
                continue
            weigh = events(self._iterations)
            each = int(self._usual.child(state, weigh)) + 2
            used = int(self._usual.most(weigh, children=False)) + 2 - each * size.iterations
            left = max(0, MAX_EVENTS - used)
            batch = max(1, -(-size.items // size.calls)) if size.calls else 1
            alone = name not in nested  # inside of others their iterations count, too
            if is_array(state):
                most = left // each * ARRAY_LIMIT * batch if alone else None
                yield MapRow(size, "array of jobs", INLINE_CONCURRENCY * ARRAY_LIMIT, most)
                continue
            yield MapRow(
                size,
                "inline",
                min(INLINE_CONCURRENCY, wanted or INLINE_CONCURRENCY),
                left // each * batch if alone else None,
            )

    def _nested(self) -> Iterator[str]:
        for state in self._states.values():
            if ":states:startExecution" in str(state.get("Resource")):
                match = _MACHINE.search(str(state.get("Arguments")))
                yield match[1] if match is not None else "that its step names"

    def _largest(self, parts: Iterable[tuple[str, int]]) -> str:
        found = Counter[str]()
        for name, size in parts:
            found[self._step(name)] += size
        return max(found, key=found.__getitem__, default="")

    def _dearest(self, execution: Execution, weigh: Weigh, *, children: bool = True) -> str:
        return self._largest(
            (name, times * int(weigh(name, state))) for name, state, times in execution.visits(children=children)
        )


def _states(machine: Mapping[str, Any]) -> Iterator[tuple[str, State]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from _states(inner)


def _is_lambda(state: State) -> bool:
    return str(state.get("Resource")).endswith(":lambda:invoke")  # not where it waits for a token


def _seconds(state: State) -> int:
    found = state.get("TimeoutSeconds") if state["Type"] == "Task" else state.get("Seconds")
    return found if isinstance(found, int) else 0


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
