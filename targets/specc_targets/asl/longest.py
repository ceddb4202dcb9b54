"""The costliest way through a graph of states, where loops are bounded by their Choice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Number = int | Decimal
_BOUND = re.compile(r"\{% \$\w+ \+ 1 >= (\d+) %\}")


@dataclass
class Longest:
    """Finds it. `cost` gives what one visit of a state costs, with all that is inside it."""

    cost: Callable[[str], Number]
    states: Mapping[str, Mapping[str, Any]]
    unbounded: list[str] = field(default_factory=list)
    """States of loops that nothing bounds; such a loop counts once."""

    def total(self, start: str, ways: Mapping[str, Sequence[str]]) -> Number:
        """The most that a run from `start` costs, along `ways`."""
        best: dict[str, Number] = {}
        for component in components(start, ways):
            inside = frozenset(component)
            after = max((best[to] for name in component for to in ways[name] if to not in inside), default=0)
            own = self._component(component, inside, start, ways)
            for name in component:
                best[name] = own + after
        return best[start]

    def _component(
        self, component: Sequence[str], inside: frozenset[str], start: str, ways: Mapping[str, Sequence[str]]
    ) -> Number:
        if len(component) == 1 and component[0] not in ways[component[0]]:
            return self.cost(component[0])
        first = entries(inside, start, ways)
        times = self.iterations(inside, first, ways)
        below = {name: [to for to in ways[name] if to in inside and to not in first] for name in component}
        return times * max(self.total(name, below) for name in first)

    def iterations(self, inside: frozenset[str], first: frozenset[str], ways: Mapping[str, Sequence[str]]) -> int:
        """How often a loop runs at most: what its last Choice compares with."""
        found = [
            int(match[1])
            for name in inside
            if first & set(ways[name])
            for rule in self.states[name].get("Choices", ())
            if (match := _BOUND.fullmatch(str(rule.get("Condition"))))
        ]
        if not found:
            self.unbounded.append(min(inside))
        return max(found, default=1)


def entries(inside: frozenset[str], start: str, ways: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The states of a loop to which something outside of it leads."""
    found = {to for name, after in ways.items() if name not in inside for to in after if to in inside}
    if start in inside:
        found.add(start)
    return frozenset(found or [min(inside)])


def components(start: str, ways: Mapping[str, Sequence[str]]) -> Iterable[list[str]]:
    """The strongly connected components that `start` reaches, those after others first (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    work: list[tuple[str, int]] = [(start, 0)]
    while work:
        name, position = work.pop()
        if position == 0:
            index[name] = low[name] = len(index)
            stack.append(name)
            on_stack.add(name)
        after = ways[name]
        for number in range(position, len(after)):
            to = after[number]
            if to not in index:
                work += [(name, number + 1), (to, 0)]
                break
            if to in on_stack:
                low[name] = min(low[name], index[to])
        else:
            if low[name] == index[name]:
                component = stack[stack.index(name) :] if stack[-1] != name else [name]
                del stack[len(stack) - len(component) :]
                on_stack.difference_update(component)
                found.append(component)
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[name])
    return found
