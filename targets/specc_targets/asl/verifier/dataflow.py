"""Every variable that an expression reads is assigned on every way to it, in a scope that it can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.context import check_context
from specc_targets.asl.verifier.jsonata import FUNCTIONS, read
from specc_targets.asl.verifier.machines import Machine, inner, of
from specc_targets.asl.verifier.texts import scan


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
    around = 0
    waiting: list[tuple[Machine, int, int, int]] = [(of(definition), 0, 0, 0)]
    while waiting:
        machine, given, outer, around = waiting.pop()
        faults += _assignments(machine, outer, bits)
        own = outer | bits.of(_assigned_in(machine))
        before = _flow(machine, given, bits)
        for name, state in machine.states.items():
            known = before[name]
            faults += [f"`{name}`: {fault}" for fault in _reads(machine, state, known, around, bits)]
            waiting.extend(
                (item, 0, 0, around | own) if item.distributed else (item, known, own, around)
                for item in inner(machine, name)
            )
    return faults


def _assignments(machine: Machine, outer: int, bits: _Bits) -> Iterator[str]:
    for name, state in machine.states.items():
        for variable in dict.fromkeys(name for assign in _assigns(state) for name in assign):
            if outer & bits.of([variable]):
                yield f"`{name}`: `${variable}` of an outer scope is assigned in an inner one"
            if not variable.isidentifier() or len(variable) > 80:
                yield f"`{name}`: `{variable}` is no good name for a variable"
            elif variable == "states":
                yield f"`{name}`: `$states` cannot be assigned"
            elif variable in FUNCTIONS or variable == "eval":
                yield f"`{name}`: `${variable}` is the name of a function"


def _flow(machine: Machine, given: int, bits: _Bits) -> dict[str, int]:
    """For every state the variables that are certainly assigned when it begins."""
    ways = {name: [(to, bits.of(added)) for to, added in _ways(state)] for name, state in machine.states.items()}
    before: dict[str, int] = {machine.start: given}
    changed = True
    while changed:
        changed = False
        for name, following in ways.items():  # in reading order: one round does, and one more for each loop
            if name not in before:
                changed = True
                continue
            for to, added in following:
                after = before[name] | added
                if to in before:
                    after &= before[to]
                if before.get(to) != after:
                    before[to] = after
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


def _assigns(state: Mapping[str, Any]) -> Iterator[Iterable[str]]:
    for part in (state, *state.get("Catch", ()), *state.get("Choices", ())):
        if "Assign" in part:
            yield part["Assign"]


def _assigned_in(machine: Machine) -> Iterator[str]:
    for state in machine.states.values():
        for assign in _assigns(state):
            yield from assign


def _reads(machine: Machine, state: Mapping[str, Any], known: int, around: int, bits: _Bits) -> Iterator[str]:
    texts, faults = scan(state)
    yield from faults
    for field, text in texts:
        reading = read(text)
        shown = text.strip()[:80]
        yield from (f"{fault} in `{shown}`" for fault in reading.faults)
        yield from (f"{fault} in `{shown}`" for fault in check_context(machine, state, field, reading.states))
        for name in bits.missing(reading.variables - {"states"}, known):
            if around & bits.of([name]):
                yield f"`${name}` belongs to the machine around, which executions of a distributed Map do not see"
            else:
                yield f"`${name}` may have no value in `{shown}`"
