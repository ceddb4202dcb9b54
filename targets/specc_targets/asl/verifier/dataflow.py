"""Every variable that an expression reads is assigned on every way to it, in a scope that it can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.jsonata import read
from specc_targets.asl.verifier.machines import Machine, inner, of


def check_dataflow(definition: Mapping[str, Any]) -> list[str]:
    """Faults of expressions and variables in a whole definition."""
    faults: list[str] = []
    waiting: list[tuple[Machine, frozenset[str], frozenset[str]]] = [(of(definition), frozenset(), frozenset())]
    while waiting:
        machine, given, outer = waiting.pop()
        own = frozenset(_assigned_in(machine))
        faults += [f"`${name}` of an outer scope is assigned in an inner one" for name in sorted(own & outer)]
        before = _flow(machine, given)
        for name, state in machine.states.items():
            known = before[name]
            faults += [f"`{name}`: {fault}" for fault in _reads(state, known)]
            nothing: frozenset[str] = frozenset()
            for item in inner(state):
                seen = (nothing, nothing) if item.distributed else (known, outer | own)
                waiting.append((item, *seen))
    return faults


def _flow(machine: Machine, given: frozenset[str]) -> dict[str, frozenset[str]]:
    """For every state the variables that are certainly assigned when it begins."""
    before: dict[str, frozenset[str]] = {machine.start: given}
    waiting = [machine.start]
    while waiting:
        name = waiting.pop()
        known = before[name]
        for following, added in _ways(machine.states[name]):
            after = known | added
            if following in before:
                after &= before[following]
                if after == before[following]:
                    continue
            before[following] = after
            waiting.append(following)
    return before


def _ways(state: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """The ways out of a state with what each assigns."""
    own = frozenset(state.get("Assign", ()))
    for catcher in state.get("Catch", ()):
        yield catcher["Next"], frozenset(catcher.get("Assign", ()))
    for rule in state.get("Choices", ()):
        yield rule["Next"], frozenset(rule.get("Assign", ()))
    for key in ("Default", "Next"):
        if key in state:
            yield state[key], own


def _assigned_in(machine: Machine) -> Iterator[str]:
    for state in machine.states.values():
        for _, added in _ways(state):
            yield from added
        yield from state.get("Assign", ())


def _reads(state: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for text in _expressions({key: value for key, value in state.items() if key not in ("Branches", "ItemProcessor")}):
        if "\n" in text or not text.endswith("%}"):
            yield f"`{text[:40]}` is no expression on one line"
            continue
        reading = read(text[2:-2])
        yield from (f"{fault} in `{text[:80]}`" for fault in reading.faults)
        for name in sorted(reading.variables - known - {"states"}):
            yield f"`${name}` may have no value in `{text[:80]}`"


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("{%"):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item)
