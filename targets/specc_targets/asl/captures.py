"""What the body of a map reads from outside: its iterations are given just that, and see no outer variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specc.ir.ops import Map
from specc.ir.walk import free_references
from specc_runtime.expressions import Reference
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, variable


def captured(op: Map) -> Iterator[Reference]:
    """References from inside the body of `op` to what is outside of it."""
    body = op.body
    references = [item for inner in (*body.ops, *body.handlers) for item in free_references(inner)]
    references += body.yields.references if body.yields is not None else ()
    for item in references:
        if item.root == "steps":
            if item.path and item.path[0] not in body.by_name:
                yield item
        elif item.root not in body.binds:
            yield item


@dataclass
class Capture:
    """Values handed to every iteration, by the variable that the first state of an iteration assigns."""

    values: dict[str, str] = field(default_factory=dict)
    """Variable inside -> JSONata text outside."""

    def selector(self) -> dict[str, Json]:
        """The fields of `ItemSelector`."""
        return {name: expression(text) for name, text in self.values.items()}

    def assigns(self) -> dict[str, Json]:
        """What the first state of an iteration assigns."""
        return {name: expression(f"$states.input.{name}") for name in self.values}


def body_scope(emitter: Emitter, op: Map, scope: Scope, item: str, place: str) -> tuple[Scope, Capture]:
    """The scope of the body of `op`, and what it is given. `item` and `place`: JSONata of one item and its address."""
    capture = Capture()
    words = scope.title(op.name).split("/")

    def keep(prefix: str, text: str, *more: str) -> str:
        name = emitter.names.variable(prefix, *words, *more)
        capture.values[name] = text
        return name

    level = scope.level.enter(op)
    assert level is not None
    bound = keep("item", item)
    run = keep("run", variable(scope.run))
    address = keep("address", place)
    steps: dict[str, str] = {}
    wanted = {reference.root for reference in captured(op)}
    items = {name: scope.names[name] for name in scope.names if name in wanted}
    given = {outside: keep("item", variable(outside)) for outside in dict.fromkeys(items.values())}
    names = {name: given[outside] for name, outside in items.items()} | dict.fromkeys(op.body.binds, bound)
    others: dict[str, str] = {}
    for reference in captured(op):
        root = reference.root
        if root == "steps":
            name = str(reference.path[0])
            if name not in steps:
                steps[name] = keep("step", variable(scope.step(name)), name)
        elif root == "params" and root not in others:
            others[root] = keep("params", variable(scope.params))
        elif root == "run" and scope.outcome is not None and "outcome" not in others:
            others["outcome"] = keep("outcome", variable(scope.outcome))
        elif root in ("last", "error") and root not in others:
            outside = scope.last if root == "last" else scope.error
            if outside is not None:
                others[root] = keep(root, variable(outside))
    inner = Scope(
        level=level,
        steps=steps,
        names=names,
        run=run,
        address=variable(address),
        errors=scope.errors,
        since=len(level.path),
        **others,  # type: ignore[arg-type]  # names and values of one dataclass
    )
    return inner, capture
