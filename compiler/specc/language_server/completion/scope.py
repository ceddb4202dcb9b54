"""The names that an expression can begin with at a place of a spec, and the types of what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Sink
from specc.expressions.types import ANY, Field, ListType, ObjectType, Type, union
from specc.ir.scopes import ERROR_TYPE, Scope, item_type
from specc.ir.walk import body_of, uses
from specc.language_server.symbols.scopes import Values
from specc.source.side_table import Path
from specc_schemas import Matrix

if TYPE_CHECKING:
    from specc.ir.ops import Op
    from specc.ir.region import Region
    from specc.language_server.completion.request import Request
    from specc_runtime.expressions import Template

_NO_ITEMS = ("each", "when")
"""Parts of a step in which the names of its own `each` mean nothing."""
_OF_MATRIX = frozenset(field.alias or name for name, field in Matrix.model_fields.items())
_INSIDE = (("yield",), ("repeat", "until"))
"""Parts of a step that speak of the steps in it."""


@dataclass(frozen=True)
class Visible:
    """What is in sight."""

    steps: tuple[str, ...] = ()
    """Those that may be used here: not what runs this one, nor what waits for it. Innermost first."""
    bound: Mapping[str, Type] = field(default_factory=dict)
    """Names of items, `last`, `error`, `event`."""
    scope: Scope | None = None
    """The compiler's, for types; None where no operation could be made."""

    def step_type(self, name: str) -> Type:
        """The type of a step's result."""
        op = self.scope.step(name) if self.scope is not None else None
        return op.result if op is not None else ANY

    def environment(self, template: Template) -> dict[str, Type]:
        """The types of the roots that a template reads."""
        if self.scope is None:
            return dict(self.bound)
        return {**self.scope._replace(bound={}).environment(template), **self.bound}


def visible(request: Request) -> Visible:
    """What an expression at the cursor may speak of."""
    path = request.path
    values = Values(request.value)
    module = request.analysis.module
    if path[:1] == ("triggers",):
        event = request.at(*path[:2], "event")
        if not isinstance(event, dict):
            return Visible()
        from specc.language_server.completion.events import event_type

        return Visible(bound={"event": event_type(event.get("source"))})
    in_steps = path[:1] in (("steps",), ("finally",))
    if not in_steps and path[:1] != ("outputs",):
        return Visible()
    scope = None
    if module is not None:
        scope = Scope.of_finally(module) if path[0] == "finally" else Scope.of_body(module)
    bound: dict[str, Type] = {}
    tables: list[Path] = [("steps",)]
    excluded: dict[Path, set[str]] = {}
    if path[0] == "finally":
        tables.append(("finally",))
    chain = list(request.steps_around)
    for number, step in enumerate(chain):
        table = step[:-1]
        if table not in tables:
            tables.append(table)
        region = scope.regions[-1] if scope is not None else None
        excluded[table] = {str(step[-1]), *values.handlers(table), *_dependants(region, str(step[-1]))}
        within = request.inside_step[:1] if number + 1 == len(chain) else ("steps",)
        bound |= _bound(request, step, within[0] if within else None)
        if scope is not None:
            scope, types = _enter(scope, str(step[-1]))
            bound |= {name: kind for name, kind in types.items() if name in bound and kind != ANY}
        if any(step[-1] in _runs(other) for other in values.table(table).values()):
            bound["error"] = ERROR_TYPE
    if request.inside_step[:1] == ("on_error",):
        bound["error"] = ERROR_TYPE
    if any(request.inside_step[: len(part)] == part for part in _INSIDE) and "steps" in request.step:
        tables.append((*chain[-1], "steps"))
    names = [
        name
        for table in reversed(tables)
        for name in values.table(table)
        if name not in excluded.get(table, ()) and name not in values.handlers(table)
    ]
    return Visible(tuple(dict.fromkeys(names)), bound, scope)


def _runs(step: object) -> list[str]:
    from specc.language_server.symbols.scopes import runs

    return runs(step)


def _bound(request: Request, step: Path, within: str | int | None) -> dict[str, Type]:
    """What a step binds in this part of it."""
    table = request.table(step)
    found: dict[str, Type] = {}
    each = table.get("each")
    if isinstance(each, dict) and within not in _NO_ITEMS:
        found |= dict.fromkeys(map(str, each), ANY)
    matrix = table.get("matrix")
    if isinstance(matrix, dict) and within not in (*_NO_ITEMS, "matrix"):
        found["matrix"] = _configuration(matrix)
    if "repeat" in table and within not in ("each", "when") and request.inside_step[:2] != ("repeat", "start"):
        found["last"] = ANY
    return found


def _configuration(matrix: Mapping[str, Any]) -> Type:
    """What is known of a configuration by the names of the axes alone."""
    axes = [str(name) for name in matrix if name not in _OF_MATRIX]
    return ObjectType(tuple(Field(name, ANY) for name in axes), open="from" in matrix)


def _dependants(region: Region | None, name: str) -> set[str]:
    """The operations that wait for another one, at any distance."""
    if region is None:
        return set()
    after: dict[str, list[str]] = {}
    for edge in region.edges:
        after.setdefault(edge.source, []).append(edge.target)
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for target in after.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _enter(scope: Scope, name: str) -> tuple[Scope, dict[str, Type]]:
    """The scope inside of a step, however many operations that is, and the types of what it binds."""
    types: dict[str, Type] = {}
    op = next(_named(scope.regions[-1], name), None)
    while op is not None:
        body = body_of(op)
        if body is None:
            break
        found = _types(op, scope.with_error())
        types |= found
        scope = scope.enter(op, body, found)
        inner = body.by_name.get(name)
        op = inner if inner is not None and inner.origin == op.origin else None
    return scope, types


def _named(region: Region, name: str) -> Iterator[Op]:
    return (op for op in (*region.ops, *region.handlers) if op.name == name)


def _types(op: Op, scope: Scope) -> dict[str, Type]:
    """The types of the names that an operation binds, as the pass `check-types` has them."""
    from specc.expressions.check import infer_template
    from specc.ir.ops import Loop, Map

    found: dict[str, Type] = {}
    for use in uses(op):
        if use.role == "source" and isinstance(op, Map):
            item = item_type(infer_template(use.template, scope.environment(use.template), use.place, Sink()))
            found[str(use.place.path[-1])] = ListType(item) if op.batch is not None else item
        elif use.role == "start" and isinstance(op, Loop):
            start = infer_template(use.template, scope.environment(use.template), use.place, Sink())
            found["last"] = union(start, op.result)
    return found
