"""The order in which states stand in the text: as one reads them, each before those after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc_runtime.expressions import JsonValue


def successors(state: Mapping[str, Any]) -> Iterator[str]:
    """The states that may come right after this one, the usual way last."""
    for catcher in state.get("Catch", ()):
        yield catcher["Next"]
    for rule in state.get("Choices", ()):
        yield rule["Next"]
    for key in ("Default", "Next"):
        if key in state:
            yield state[key]


def in_reading_order(start: str, states: Mapping[str, dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """The states in topological order from `start` (loops aside), the usual way right after each state."""
    done: list[str] = []
    seen = {start}
    stack = [(start, successors(states[start]))]
    while stack:
        name, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            done.append(name)
            stack.pop()
        elif following not in seen:
            seen.add(following)
            stack.append((following, successors(states[following])))
    return {name: states[name] for name in reversed(done)}
