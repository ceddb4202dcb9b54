"""The machines in a definition: itself, the branches of Parallel states, the bodies of Map states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Machine:
    """One graph of states."""

    start: str
    states: Mapping[str, Mapping[str, Any]]
    distributed: bool = False
    """Its executions see no variable of the states around."""
    express: bool = False
    """Its executions are Express ones: at most 5 minutes, and they wait for nothing."""
    iterates: bool = False
    """Its states see the item of an inline Map around them."""
    owner: str = ""
    """The state whose machine it is; empty for the outermost one."""
    text: Mapping[str, Any] | None = None
    """How it stands in the definition."""


def of(text: Mapping[str, Any]) -> Machine:
    """The machine that a definition describes."""
    return Machine(text.get("StartAt", ""), _states(text), text=text)


def inner(around: Machine, name: str) -> list[Machine]:
    """The machines inside a state."""
    state = around.states[name]
    found = [
        Machine(
            branch.get("StartAt", ""),
            _states(branch),
            express=around.express,
            iterates=around.iterates,
            owner=name,
            text=branch,
        )
        for branch in state.get("Branches", ())
    ]
    processor = state.get("ItemProcessor")
    if processor is not None:
        config = processor.get("ProcessorConfig", {})
        distributed = config.get("Mode") == "DISTRIBUTED"
        found.append(
            Machine(
                processor.get("StartAt", ""),
                _states(processor),
                distributed=distributed,
                express=config.get("ExecutionType") == "EXPRESS" if distributed else around.express,
                iterates=not distributed,
                owner=name,
                text=processor,
            )
        )
    return found


def machines(definition: Mapping[str, Any]) -> Iterator[Machine]:
    """Every machine of a definition, outer before inner."""
    waiting = [of(definition)]
    while waiting:
        machine = waiting.pop()
        yield machine
        for name in machine.states:
            waiting.extend(inner(machine, name))


def _states(text: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = text.get("States", {})
    return found
