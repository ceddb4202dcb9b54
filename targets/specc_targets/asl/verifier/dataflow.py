"""Every variable that an expression reads is assigned on every way to it, in a scope that it can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.jsonata import read
from specc_targets.asl.verifier.machines import Machine, inner, of


class _Bits:
    """Sets of variables as integers, so that large machines are checked in reasonable time."""

    def __init__(self) -> None:
        self._bit: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> int:
        """The set of these variables."""
        found = 0
        for name in names:
            found |= 1 << self._bit.setdefault(name, len(self._bit))
        return found

    def missing(self, names: Iterable[str], known: int) -> list[str]:
        """Those of `names` that are not in the set, sorted."""
        return sorted(name for name in names if not known & self.of([name]))


def check_dataflow(definition: Mapping[str, Any]) -> list[str]:
    """Faults of expressions and variables in a whole definition."""
    faults: list[str] = []
    bits = _Bits()
    waiting: list[tuple[Machine, int, int]] = [(of(definition), 0, 0)]
    while waiting:
        machine, given, outer = waiting.pop()
        names = frozenset(_assigned_in(machine))
        shadowed = sorted(names - frozenset(bits.missing(names, outer)))
        faults += [f"`${name}` of an outer scope is assigned in an inner one" for name in shadowed]
        own = outer | bits.of(names)
        before = _flow(machine, given, bits)
        for name, state in machine.states.items():
            known = before[name]
            faults += [f"`{name}`: {fault}" for fault in _reads(state, known, bits)]
            waiting.extend((item, 0, 0) if item.distributed else (item, known, own) for item in inner(state))
    return faults


def _flow(machine: Machine, given: int, bits: _Bits) -> dict[str, int]:
    """For every state the variables that are certainly assigned when it begins."""
    before: dict[str, int] = {machine.start: given}
    changed = True
    while changed:
        changed = False
        for name, state in machine.states.items():  # in reading order: one round does, and one more for each loop
            if name not in before:
                changed = True
                continue
            for following, added in _ways(state):
                after = before[name] | bits.of(added)
                if following in before:
                    after &= before[following]
                if before.get(following) != after:
                    before[following] = after
                    changed = True
    return before


def _ways(state: Mapping[str, Any]) -> Iterator[tuple[str, Iterable[str]]]:
    """The ways out of a state with what each assigns."""
    for catcher in state.get("Catch", ()):
        yield catcher["Next"], catcher.get("Assign", ())
    for rule in state.get("Choices", ()):
        yield rule["Next"], rule.get("Assign", ())
    for key in ("Default", "Next"):
        if key in state:
            yield state[key], state.get("Assign", ())


def _assigned_in(machine: Machine) -> Iterator[str]:
    for state in machine.states.values():
        for _, added in _ways(state):
            yield from added
        yield from state.get("Assign", ())


def _reads(state: Mapping[str, Any], known: int, bits: _Bits) -> Iterator[str]:
    for text in _expressions({key: value for key, value in state.items() if key not in ("Branches", "ItemProcessor")}):
        if "\n" in text or not text.endswith("%}"):
            yield f"`{text[:40]}` is no expression on one line"
            continue
        reading = read(text[2:-2])
        yield from (f"{fault} in `{text[:80]}`" for fault in reading.faults)
        for name in bits.missing(reading.variables - {"states"}, known):
            yield f"`${name}` may have no value in `{text[:80]}`"


def _expressions(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if item.startswith("{%"):
                yield item
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
