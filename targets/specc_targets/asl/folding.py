"""Fewer states with the same meaning: a Task ends its branch itself."""

from __future__ import annotations

from typing import Any

from specc_targets.asl.order import successors
from specc_targets.asl.text import Json


def fold(start: str, states: dict[str, dict[str, Json]]) -> str:
    """Let the only state before a final Pass give that Pass's output. Gives the name of the first state."""
    before: dict[str, list[str]] = {}
    for name, state in states.items():
        for following in successors(state):
            before.setdefault(following, []).append(name)
    for last in [name for name, state in states.items() if _is_exit(state)]:
        sources = before.get(last, [])
        if len(sources) == 1 and _can_end(states[sources[0]], last):
            _end(states[sources[0]], states.pop(last))
    return start


def _is_exit(state: dict[str, Any]) -> bool:
    return state["Type"] == "Pass" and bool(state.get("End")) and not state.get("Assign")


def _can_end(state: dict[str, Any], last: str) -> bool:
    return (
        state["Type"] in ("Task", "Pass", "Wait", "Map", "Parallel")
        and state.get("Next") == last
        and state.get("Output") == {}
    )


def _end(state: dict[str, Any], last: dict[str, Any]) -> None:
    """Variables that the state assigns are not yet set where its own Output is evaluated: put in what they become."""
    assigned = {expression_of(name): value for name, value in state.pop("Assign", {}).items()}
    output = last["Output"]
    if isinstance(output, dict):
        output = {key: assigned.get(value, value) if isinstance(value, str) else value for key, value in output.items()}
    del state["Next"]
    state["Output"] = output
    state["End"] = True


def expression_of(name: str) -> str:
    """The text of an Output that is one variable."""
    return "{% $" + name + " %}"
