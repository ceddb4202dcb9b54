"""Transitions and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from specc_targets.asl.names import MAX_NAME
from specc_targets.asl.order import successors
from specc_targets.asl.verifier.machines import Machine

_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_FIELDS = {
    "machine": frozenset({"Comment", "QueryLanguage", "StartAt", "States", "Version", "TimeoutSeconds"}),
    "branch": frozenset({"Comment", "StartAt", "States"}),
    "processor": frozenset({"Comment", "StartAt", "States", "ProcessorConfig"}),
}


def check_names(machines: Sequence[Machine]) -> Iterator[str]:
    """Names are unique in the whole definition, of the right length and characters; so are labels of maps."""
    seen: set[str] = set()
    labels: set[Any] = set()
    for machine in machines:
        for name, state in machine.states.items():
            if name in seen:
                yield f"two states are called `{name}`"
            seen.add(name)
            if len(name) > MAX_NAME or not _NAME.fullmatch(name):
                yield f"`{name}` is no good name for a state"
            label = state.get("Label")
            if isinstance(label, str):
                if label in labels:
                    yield f"`{name}`: another Map has the Label `{label}`"
                labels.add(label)


def check_structure(machine: Machine) -> Iterator[str]:
    """Faults of one machine's graph, without those inside it."""
    around = f"`{machine.owner}`: a machine inside it" if machine.owner else "the machine"
    yield from _fields(machine, around)
    if machine.start not in machine.states:
        yield f"{around}: StartAt `{machine.start}` is no state"
        return
    ways: dict[str, list[str]] = {}
    for name, state in machine.states.items():
        after = _successors(state)
        ways[name] = [following for following in after if following in machine.states]
        for following in after:
            if following not in machine.states:
                yield f"`{name}` leads to `{following}`, which is no state beside it"
    reached = _closure([machine.start], ways)
    for name in machine.states:
        if name not in reached:
            yield f"`{name}` is never reached"
    back: dict[str, list[str]] = {name: [] for name in machine.states}
    for name, after in ways.items():
        for to in after:
            back[to].append(name)
    ends = [name for name, state in machine.states.items() if state.get("End") or state.get("Type") in _TERMINAL]
    leaving = _closure(ends, back)
    for name in machine.states:
        if name in reached and name not in leaving:
            yield f"`{name}` never comes to an end"


_TERMINAL = ("Succeed", "Fail")


def _fields(machine: Machine, around: str) -> Iterator[str]:
    text = machine.text or {}
    kind = "machine" if not machine.owner else "processor" if "ProcessorConfig" in text else "branch"
    for field in text:
        if field not in _FIELDS[kind]:
            yield f"{around}: {field} is no field of it"
    if not machine.states:
        yield f"{around} has no States"


def _successors(state: Any) -> list[str]:
    try:
        return [str(name) for name in successors(state)]
    except (KeyError, TypeError, AttributeError):  # the faults of its fields say so
        return [str(state[key]) for key in ("Default", "Next") if key in state]


def _closure(starts: Iterable[str], ways: dict[str, list[str]]) -> set[str]:
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        for following in ways[waiting.pop()]:
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached
