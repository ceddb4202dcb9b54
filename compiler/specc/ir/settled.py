"""Operations that were looked at before, and of which there was nothing to report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from specc.diagnostics import Sink
from specc.expressions.types import Type
from specc.ir.ops import Op, Recoverable
from specc.ir.scopes import Scope
from specc.ir.walk import free_references
from specc.memory import Memory, Shelf
from specc_runtime.expressions import Reference

Need = tuple[str, str]
"""A name that an operation uses: its root, and what follows it, if anything does (`("steps", "fetch")`).

What it comes after has no root.
"""

Meaning = Callable[[Need], object]
"""What a name means where the operation stands, as far as it matters to who asks."""

Outcome = TypeVar("Outcome")


class Reads:
    """What operations read from outside of themselves. Found out once for each, also by later checks."""

    def __init__(self, memory: Memory) -> None:
        self._known: Shelf[int, tuple[Op, tuple[Reference, ...], tuple[Need, ...]]] = memory.shelf("reads")

    def references(self, op: Op) -> tuple[Reference, ...]:
        """The references by which the operation reads, as `free_references` gives them."""
        return self._of(op)[1]

    def needs(self, op: Op) -> tuple[Need, ...]:
        """The names that decide what the operation means, each once."""
        return self._of(op)[2]

    def _of(self, op: Op) -> tuple[Op, tuple[Reference, ...], tuple[Need, ...]]:
        known = self._known.get(id(op))
        if known is not None and known[0] is op:
            return known
        references = tuple(free_references(op))
        names = [(item.root, str(item.path[0]) if item.path else "") for item in references]
        needs = tuple(dict.fromkeys([*names, *(("", name) for name in op.after)]))
        return self._known.keep(id(op), (op, references, needs))


class _Entry(NamedTuple):
    op: Op
    """Kept, so that no other object has its identity."""
    meanings: tuple[object, ...]
    outcome: Any


class Settled:
    """What was found out about operations without anything to report.

    It holds for the same operation as long as all that it needs means the same.
    """

    def __init__(self, memory: Memory | None, name: str) -> None:
        self._known: Shelf[int, _Entry] | None = memory.shelf(name) if memory is not None else None
        self._reads = Reads(memory) if memory is not None else None

    def look(self, op: Op, meaning: Meaning, sink: Sink, look: Callable[[], Outcome]) -> Outcome:
        """What is known of an operation, or what looking at it gives; kept if that reports nothing to `sink`."""
        known: Outcome | None = self.find(op, meaning)
        if known is not None:
            return known
        before = sink.reports
        found = look()
        if sink.reports == before:
            self.keep(op, meaning, found)
        return found

    def find(self, op: Op, meaning: Meaning) -> Any:
        """What was found out; None when the operation has to be looked at."""
        known = self._known.get(id(op)) if self._known is not None else None
        if known is None or known.op is not op or known.meanings != self._meanings(op, meaning):
            return None
        return known.outcome

    def keep(self, op: Op, meaning: Meaning, outcome: Any) -> None:
        """Keep what was found out, unless it depends on more than names mean: on handlers, or on steps in groups."""
        if self._known is None or self._reads is None:
            return
        handled = isinstance(op, Recoverable) and any(catch.run is not None for catch in op.catches)
        if not handled and not any(item.path[1:2] == ("steps",) for item in self._reads.references(op)):
            self._known.keep(id(op), _Entry(op, self._meanings(op, meaning), outcome))

    def _meanings(self, op: Op, meaning: Meaning) -> tuple[object, ...]:
        return tuple(map(meaning, self._reads.needs(op))) if self._reads is not None else ()


def presence(scope: Scope) -> Meaning:
    """Whether names are there, and whether it is an operation around that a name means."""

    def meaning(need: Need) -> object:
        root, name = need
        if root in scope.bound:
            return True
        if root == "steps":
            found = scope.step(name)
            return "around" if any(found is op for op in scope.inside) else found is not None
        if not root:
            return name in scope.regions[-1].by_name
        if root == "params":
            return any(name == item.name for item in scope.module.parameters)
        return any(name == known for known, _ in scope.module.environment) if root == "env" else None

    return meaning


def types(scope: Scope, result: Callable[[str], Type | None]) -> Meaning:
    """The types of names; `result` gives that of a step's result."""

    def meaning(need: Need) -> object:
        root, name = need
        bound = scope.bound.get(root)
        if bound is not None:
            return bound
        if root == "steps":
            return result(name)
        if root == "params":
            return next((item.type for item in scope.module.parameters if item.name == name), scope.module.parameters)
        return scope.module.environment if root == "env" else None

    return meaning
