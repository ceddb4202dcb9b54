"""Whatever is lost from an emitted machine that it needs, the verifier finds: one state, variable, item or transition at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_targets.asl.verifier import verify_machine

GOLDEN = Path(__file__).parents[2] / "golden" / "asl"
Machine = dict[str, Any]
Change = Callable[[], None]


def machines(machine: Machine) -> Iterator[Machine]:
    """A machine and those inside it."""
    yield machine
    for state in machine["States"].values():
        for inner in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from machines(inner)


def states(machine: Machine) -> Iterator[tuple[Machine, str, Machine]]:
    for item in machines(machine):
        for name, state in item["States"].items():
            yield item, name, state


def lost_states(machine: Machine) -> Iterator[Change]:
    for item, name, _ in states(machine):
        yield lambda item=item, name=name: item["States"].pop(name)  # type: ignore[misc]  # a lambda's defaults


def lost_ways(machine: Machine) -> Iterator[Change]:
    for _, _, state in states(machine):
        for key in ("Next", "End", "Default", "ItemProcessor", "Branches", "Resource", "Type", "TimeoutSeconds"):
            if key in state:
                yield lambda state=state, key=key: state.pop(key)


def renamed(machine: Machine) -> Iterator[Change]:
    for _, _, state in states(machine):
        for part in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            for key in ("Next", "Default"):
                if key in part:
                    yield lambda part=part, key=key: part.update({key: "nowhere"})


def lost_items(machine: Machine) -> Iterator[Change]:
    for _, _, state in states(machine):
        for name in state.get("ItemSelector", ()):
            yield lambda state=state, name=name: state["ItemSelector"].pop(name)


def misspelt_fields(machine: Machine) -> Iterator[Change]:
    for _, _, state in states(machine):
        for key in list(state):
            if key != "Comment":
                yield lambda state=state, key=key: state.update({key + "s": state.pop(key)})


def broken_expressions(machine: Machine) -> Iterator[Change]:
    waiting: list[Any] = [machine]
    while waiting:
        value = waiting.pop()
        for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
            if isinstance(item, str) and item.startswith("{%"):
                for text in (item[:-3] + " + %}", item.replace("{% ", "{% $.", 1)):
                    yield lambda value=value, key=key, text=text: value.__setitem__(key, text)
            elif isinstance(item, dict | list):
                waiting.append(item)


@pytest.mark.parametrize("kind", [lost_states, lost_ways, renamed, lost_items, misspelt_fields, broken_expressions])
def test_what_is_lost_is_found(kind: Callable[[Machine], Iterator[Change]]) -> None:
    total = 0
    for path in sorted(GOLDEN.glob("*/expected.asl.json")):
        whole = json.loads(path.read_text(encoding="utf-8"))
        assert verify_machine(whole) == [], path
        number = sum(1 for _ in kind(whole))
        for index in range(number):
            machine = copy.deepcopy(whole)
            list(kind(machine))[index]()
            faults = verify_machine(machine)
            assert faults, f"{path.parent.name}: change {index}"
        total += number
    assert total > 10
