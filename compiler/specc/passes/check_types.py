"""Every expression is typed where it stands, and conditions are booleans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from specc.diagnostics import Edit, Fix, Label, Place, Severity, Sink, Span
from specc.expressions.check import infer_template
from specc.expressions.types import BOOLEAN, NUMBER, STRING, ListType, Type, UnionType, assignable, union
from specc.ir.module import Module
from specc.ir.ops import Loop, Map, Op
from specc.ir.region import Region
from specc.ir.scopes import Scope, item_type
from specc.ir.settled import Settled, types
from specc.ir.walk import Use, body_of, uses
from specc.passes.base import Context, Pass
from specc_runtime.expressions import JsonValue

_EXPECTED: dict[str, tuple[Type, str]] = {
    "when": (BOOLEAN, "a condition must be true or false"),
    "until": (BOOLEAN, "a condition must be true or false"),
    "duration": (UnionType((NUMBER, STRING)), "a pause is a number of seconds or a duration such as `30s`"),
    "instant": (STRING, "an instant is a time stamp such as `2030-01-31T09:00:00Z`"),
}


class CheckTypes(Pass):
    """Infers the type of every expression. Reports SPC300-SPC329 (see `expressions`), SPC232 and SPC360."""

    name: ClassVar[str] = "check-types"

    def apply(self, context: Context, module: Module) -> Module:
        """The same module."""
        check = _Check(context)
        check.region(module.body, Scope.of_body(module))
        check.region(module.finally_, Scope.of_finally(module))
        scope = Scope.of_body(module)
        for output in module.outputs:
            check.use(Use(output.value, "yields", output.origin), scope)
        return module


class _Check:
    def __init__(self, context: Context) -> None:
        self._sink = context.sink
        self._settled = Settled(context.memory, "types")
        self._suspicions = 0
        """How many texts may be meant as references: whether they are, any name may decide."""
        labels = [item.labels[0].at for item in context.sink.diagnostics if item.code == "SPC201" and item.labels]
        self._reported = {item.labels[0].at for item in context.sink.diagnostics if item.labels}
        self._troubled = {at.path[:2] for at in self._reported if isinstance(at, Place)}
        """The steps that something was reported of, so that less is said of them now."""
        self._unknown: dict[tuple[str | int, ...], list[Place]] = {}
        """References to no step, by every path that leads to them."""
        for at in labels:
            if isinstance(at, Place) and at.within is not None:
                for length in range(len(at.path) + 1):
                    self._unknown.setdefault(at.path[:length], []).append(at)

    def region(self, region: Region, scope: Scope) -> None:
        meaning = types(scope, lambda name: _result(scope, name))
        for op in region.ops:
            troubled = op.origin.path[:2] in self._troubled
            if not troubled and self._settled.find(op, meaning) is not None:
                continue
            before = (self._sink.reports, self._suspicions)
            self._op(op, scope)
            if not troubled and before == (self._sink.reports, self._suspicions):
                self._settled.keep(op, meaning, True)
        for op in region.handlers:
            self._op(op, scope.with_error())

    def use(self, use: Use, scope: Scope) -> Type:
        found = self._infer(use, scope)
        self._bare(use, scope)
        expected = _EXPECTED.get(use.role)
        if expected is not None and assignable(found, expected[0]) is False:
            self._sink.report(
                "SPC360", f"`{use.place.path[-1]}` is {found}; {expected[1]}", Label(use.place, f"this is {found}")
            )
        return found

    def _infer(self, use: Use, scope: Scope) -> Type:
        """The type of a template; of a reference to no step nothing more is said."""
        unknown = self._unknown.get(use.place.path)
        if unknown is None:
            return infer_template(use.template, scope.environment(use.template), use.place, self._sink)
        sink = Sink()
        found = infer_template(use.template, scope.environment(use.template), use.place, sink)
        for item in sink.diagnostics:
            if not any(_overlap(item.labels[0].at, at) for at in unknown):
                self._sink.report(
                    item.code, item.message, *item.labels, severity=item.severity, help=item.help, fix=item.fix
                )
        return found

    def _bare(self, use: Use, scope: Scope) -> None:
        """Report texts that were meant to be references (SPC232), unless something was said of them already."""
        for path, text in _suspicious(use.template.raw):
            from specc.expressions.bare import mended  # late: most specs need none of it

            self._suspicions += 1
            better = mended(text, lambda root, name: _means(root, name, scope))
            place = use.place.child(*path)
            if better is None or place in self._reported:
                continue
            self._sink.report(
                "SPC232",
                f"`{text[:80]}` is only a text here: what a reference stands for is written `${{...}}`",
                Label(place, "the text itself"),
                severity=Severity.WARNING,
                help=f"write `{better}`" if len(better) <= 200 else "write `${...}` around the reference",
                fix=Fix("write `${...}`", (Edit(place.slice(0, len(text)), better),), safe=False),
            )

    def _op(self, op: Op, scope: Scope) -> None:
        body = body_of(op)
        bound: dict[str, Type] = {}
        inside: list[Use] = []
        for use in uses(op):
            if use.inside:
                inside.append(use)
                continue
            found = self.use(use, scope.with_error() if use.role == "use" else scope)
            if use.role == "source" and isinstance(op, Map):
                name = str(use.place.path[-1])
                bound[name] = ListType(item_type(found)) if op.batch is not None else item_type(found)
            elif use.role == "start" and isinstance(op, Loop):
                bound["last"] = union(found, op.result)
        if body is None:
            return
        inner = scope.enter(op, body, bound)
        produced = scope.enter(op, body, {**bound, "last": op.result}) if isinstance(op, Loop) else inner
        for use in inside:
            self.use(use, produced)
        self.region(body, inner)


def _result(scope: Scope, name: str) -> Type | None:
    op = scope.step(name)
    return op.result if op is not None else None


def _overlap(one: Place | Span, other: Place) -> bool:
    if not isinstance(one, Place) or one.path != other.path or one.within is None or other.within is None:
        return False
    return one.within[0] < other.within[1] and other.within[0] < one.within[1]


_ROOTS = ("steps.", "params.", "env.", "error.")


def _suspicious(raw: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text in a value that may hold a reference without `${...}`, with its path."""
    if isinstance(raw, str):
        if "{{" in raw or ("${" not in raw and (raw.startswith("$") or any(root in raw for root in _ROOTS))):
            yield path, raw
    elif isinstance(raw, dict):
        for key, item in raw.items():
            yield from _suspicious(item, (*path, key))
    elif isinstance(raw, list):
        for number, item in enumerate(raw):
            yield from _suspicious(item, (*path, number))


def _means(root: str, name: str | None, scope: Scope) -> bool:
    if root in scope.bound:
        return root != "error" or name in ("name", "message")
    if name is None:
        return False
    if root == "steps":
        return scope.step(name) is not None
    if root == "params":
        return any(item.name == name for item in scope.module.parameters)
    return root == "env" and any(item == name for item, _ in scope.module.environment)
