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


def of(text: Mapping[str, Any], *, distributed: bool = False) -> Machine:
    """The machine that a definition, branch or item processor describes."""
    return Machine(text.get("StartAt", ""), text.get("States", {}), distributed)


def inner(state: Mapping[str, Any]) -> list[Machine]:
    """The machines inside a state."""
    found = [of(branch) for branch in state.get("Branches", ())]
    processor = state.get("ItemProcessor")
    if processor is not None:
        found.append(of(processor, distributed=processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"))
    return found


def machines(definition: Mapping[str, Any]) -> Iterator[Machine]:
    """Every machine of a definition, outer before inner."""
    waiting = [of(definition)]
    while waiting:
        machine = waiting.pop()
        yield machine
        for state in machine.states.values():
            waiting.extend(inner(state))
