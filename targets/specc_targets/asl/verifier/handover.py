"""What one state hands to another under a name, the other finds: items to iterations, branches to their Parallel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.jsonata import read
from specc_targets.asl.verifier.machines import Machine
from specc_targets.asl.verifier.texts import scan


def check_handover(machine: Machine) -> Iterator[str]:
    """Faults of the plain paths below `$states.input` and `$states.result` in one machine."""
    for name, state in machine.states.items():
        if state.get("Type") == "Map":
            yield from _iterations(name, state)
        elif state.get("Type") == "Parallel":
            yield from _branches(name, state)


def _iterations(name: str, state: Mapping[str, Any]) -> Iterator[str]:
    selector, processor = state.get("ItemSelector"), state["ItemProcessor"]
    if not isinstance(selector, dict) or "ItemBatcher" in state:
        return
    start = processor["StartAt"]
    for text in _plain(processor["States"][start]):
        paths = [path for path in read(text).states if path[:1] == ("input",) and len(path) > 1]
        for path in paths:
            if path[1] not in selector:
                yield f"`{start}`: `{path[1]}` is not among what the ItemSelector of `{name}` gives"


def _branches(name: str, state: Mapping[str, Any]) -> Iterator[str]:
    branches = state["Branches"]
    for text in _plain({key: state[key] for key in ("Assign", "Output") if key in state}):
        number, key = _indexed(text)
        if number is None:
            continue
        if number >= len(branches):
            yield f"`{name}`: there is no branch {number} in `{text.strip()}`"
            continue
        ends = [item.get("Output") for item in branches[number]["States"].values() if item.get("End")]
        if key and ends and all(isinstance(end, dict) and key not in end for end in ends):
            yield f"`{name}`: branch {number} gives no `{key}`"


def _plain(state: Mapping[str, Any]) -> Iterator[str]:
    """The expressions that are nothing but one path."""
    for _, text in scan(state)[0]:
        if (
            text.strip().startswith("$states.")
            and text.strip().replace("$", "").isprintable()
            and " " not in text.strip()
        ):
            yield text


def _indexed(text: str) -> tuple[int | None, str]:
    """`$states.result[2].name` -> 2 and the name."""
    head, bracket, rest = text.strip().partition("[")
    number, closed, after = rest.partition("]")
    if head != "$states.result" or not bracket or not closed or not number.isdigit():
        return None, ""
    parts = after.split(".")
    return int(number), parts[1] if len(parts) > 1 and parts[1].isidentifier() and not parts[0] else ""
