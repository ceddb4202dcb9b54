"""What an execution of a machine does at most: every sum over its states, given how many items its maps have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specc_targets.asl.emit_job import BATCH_ERRORS, ECS_ERRORS, OTHER_ERRORS
from specc_targets.asl.emit_sub_pipeline import SERVICE_ERRORS as RUN_ERRORS
from specc_targets.asl.errors import SERVICE_ERRORS as LAMBDA_ERRORS
from specc_targets.asl.longest import Longest, Number, components, entries
from specc_targets.asl.order import successors

PASSING = frozenset((*LAMBDA_ERRORS, *BATCH_ERRORS, *ECS_ERRORS, *OTHER_ERRORS, *RUN_ERRORS))
"""Passing faults of services, which machines retry whatever the spec says."""
State = Mapping[str, Any]
Weigh = Callable[[str, State], Number]
"""What one attempt of a state costs, without what is inside it."""


@dataclass
class Execution:
    """A machine with the sizes of its maps.

    `failing` counts the ways after failures, and every attempt that the retriers of the spec allow; passing faults of
    AWS's own services, which are retried besides, are not counted.
    """

    definition: Mapping[str, Any]
    iterations: Mapping[str, int]
    """Map state -> how often its body runs."""
    failing: bool = False
    unbounded: set[str] = field(default_factory=set)
    """Loops that nothing bounds, after a sum was made."""

    def most(self, weigh: Weigh, *, children: bool = True) -> Number:
        """The most that a whole execution costs; with `children` those of distributed maps, too."""
        return self._machine(self.definition, weigh, children)

    def child(self, state: State, weigh: Weigh) -> Number:
        """The most that one child execution of a distributed map costs."""
        return self._machine(state["ItemProcessor"], weigh, children=False)

    def _machine(self, machine: Mapping[str, Any], weigh: Weigh, children: bool) -> Number:
        states: Mapping[str, State] = machine["States"]
        ways = {name: self.ways(state) for name, state in states.items()}

        def cost(name: str) -> Number:
            state = states[name]
            inside: Number = 0
            for branch in state.get("Branches", ()):
                inside += self._machine(branch, weigh, children)
            if state["Type"] == "Map" and (children or not is_distributed(state)):
                inside += self.iterations.get(name, 1) * self._machine(state["ItemProcessor"], weigh, children)
            return self.attempts(state) * (weigh(name, state) + inside)

        longest = Longest(cost, states)
        found = longest.total(machine["StartAt"], ways)
        self.unbounded.update(longest.unbounded)
        return found

    def ways(self, state: State) -> Sequence[str]:
        """The states that may come after one."""
        if self.failing:
            return list(successors(state))
        return list(successors({key: value for key, value in state.items() if key != "Catch"}))

    def attempts(self, state: State) -> int:
        """How often a state is tried at most."""
        if not self.failing:
            return 1
        retries = (
            int(retrier.get("MaxAttempts", 3))
            for retrier in state.get("Retry", ())
            if not PASSING.issuperset(retrier["ErrorEquals"])
        )
        return 1 + sum(retries)

    def visits(self, *, children: bool = True) -> Iterator[tuple[str, State, int]]:
        """Every state with how often it is tried at most; with `children` those of distributed maps, too."""
        yield from self._visits(self.definition, 1, children)

    def _visits(self, machine: Mapping[str, Any], times: int, children: bool) -> Iterator[tuple[str, State, int]]:
        states: Mapping[str, State] = machine["States"]
        ways = {name: self.ways(state) for name, state in states.items()}
        factors = dict.fromkeys(states, 0)
        _loop_factors(machine["StartAt"], ways, Longest(lambda _: 0, states), factors, times)
        for name, state in states.items():
            mine = factors[name] * self.attempts(state)
            if not mine:
                continue
            yield name, state, mine
            for branch in state.get("Branches", ()):
                yield from self._visits(branch, mine, children)
            if state["Type"] == "Map" and (children or not is_distributed(state)):
                yield from self._visits(state["ItemProcessor"], mine * self.iterations.get(name, 1), children)


def _loop_factors(
    start: str, ways: Mapping[str, Sequence[str]], longest: Longest, factors: dict[str, int], times: int
) -> None:
    """How often each state that `start` reaches is visited at most."""
    for component in components(start, ways):
        inside = frozenset(component)
        if len(component) == 1 and component[0] not in ways[component[0]]:
            factors[component[0]] = times
            continue
        first = entries(inside, start, ways)
        below = {name: [to for to in ways[name] if to in inside and to not in first] for name in component}
        again = times * longest.iterations(inside, first, ways)
        for name in first:
            _loop_factors(name, below, longest, factors, again)


def is_distributed(state: State) -> bool:
    """Whether a state is a Map whose iterations are executions of their own."""
    config = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    return bool(config.get("Mode") == "DISTRIBUTED")


def is_express(state: State) -> bool:
    """Whether those executions are Express ones."""
    return bool(state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("ExecutionType") == "EXPRESS")


_EVENTS = {"Task": 5, "Parallel": 4, "Map": 4, "Fail": 1}
_OF_JOBS = (".sync", ".sync:2", ".waitForTaskToken")


def events(iterations: Mapping[str, int]) -> Weigh:
    """What a state writes into the history of its execution; a retry writes what its attempt did."""

    def weigh(name: str, state: State) -> int:
        found = _EVENTS.get(state["Type"], 2)
        if state["Type"] == "Task" and state["Resource"].endswith(_OF_JOBS):
            found += 1  # submitted
        if state["Type"] == "Map":
            found += 2 if is_distributed(state) else 2 * iterations.get(name, 1)
        return found

    return weigh
