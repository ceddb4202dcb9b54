"""What can be wrong with one reference, and what to say about it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from specc.diagnostics import Fix, Label, Place, Sink, closest, rename
from specc.diagnostics.diagnostic import Edit
from specc.ir.module import Module
from specc.ir.ops import Map, Op
from specc.ir.region import Region
from specc.ir.scopes import Scope
from specc.ir.walk import MATRIX, Role, Use, body_of, walk
from specc_runtime.expressions import Reference

_COMPARED = 100_000
"""Names looked at for suggestions before there are no more: many faults in a large spec must not take hours."""
_RUN = ("id", "name")
_RUN_IN_FINALLY = (*_RUN, "status", "error")
_ROOTS = ("params", "env", "run", "steps")


class NameFaults:
    """Checks references of one module and reports those that mean nothing."""

    def __init__(self, sink: Sink, module: Module) -> None:
        self.sink = sink
        self._module = module
        self._compared = 0

    @cached_property
    def _nested(self) -> dict[str, str]:
        """Names of steps inside other steps, with the outermost step around each."""
        found: dict[str, str] = {}
        for op in (*self._module.body.ops, *self._module.finally_.ops):
            body = body_of(op)
            for inner in walk(body) if body is not None else ():
                found.setdefault(inner.name, op.name)
        return found

    @cached_property
    def _handlers(self) -> dict[str, Op]:
        regions = [self._module.body, self._module.finally_]
        regions += [body for region in list(regions) for op in walk(region) if (body := body_of(op)) is not None]
        return {op.name: op for region in regions for op in region.handlers}

    def check(self, reference: Reference, place: Place, scope: Scope, op: Op | None, role: Role) -> None:
        """Report `reference`, which stands at `place`, unless it means something in `scope`.

        `op` is the operation that evaluates it, as its `role`.
        """
        root, path = reference.root, reference.path
        if root in scope.bound:
            return
        first = str(path[0]) if path else None
        if root == "steps":
            self._step(first, place, scope, op, role)
            self._inner(path, place, scope)
        elif root == "params":
            self._member(
                "SPC202", "parameter", first, place, [item.name for item in self._module.parameters], "[params.{}]"
            )
        elif root == "env":
            self._member(
                "SPC204", "environment variable", first, place, [n for n, _ in self._module.environment], "[env]"
            )
        elif root == "run":
            self._run(first, place, scope)
        elif root == "stack":
            self.sink.report(
                "SPC205",
                "`stack` is not available here",
                Label(place, "used here"),
                help="`stack` is not supported yet; use a parameter: `params.<name>`",
            )
        elif not (isinstance(op, Map) and any(root == name for name, _ in op.sources)):
            self._unbound(root, place, scope)
        elif role != "when":  # `item_names_in_when` has words for that
            self.sink.report(
                "SPC203",
                f"nothing is called `{root}` here",
                Label(place, "an item, while the lists are still to be made"),
                help="the lists of `each` cannot use its items; for a list of each item use a group with `each`",
            )

    def after(self, op: Op, number: int, name: str, region: Region) -> None:
        """Report an `after` that names no step beside `op`."""
        others = [item.name for item in region.ops if item.name != op.name]
        place = op.origin.child("after", number)
        text = "a step cannot come after itself" if name == op.name else "no step of this name beside it"
        self.sink.report(
            "SPC206",
            f"step `{op.name}` comes after `{name}`, which is not a step beside it",
            Label(place, text),
            help=_suggest(name, others) or self._beside(op, name),
            fix=rename(place, near, quoted=True) if (near := closest(name, others)) else None,
        )

    def _beside(self, op: Op, name: str) -> str:
        """What to write instead of coming after a step of another table."""
        inside, group = self._nested.get(name), self._nested.get(op.name)
        if name in self._handlers:
            return f"`{name}` runs only for `on_error`; come after the step that fails"
        if name in self._module.body.by_name and op.name in self._module.finally_.by_name:
            return "leave it out: `finally` steps come after all others"
        if name in self._module.body.by_name and group is not None:
            return f'give `after = ["{name}"]` to the group `{group}`'
        if inside is not None and inside != group:
            return f"`{name}` is inside `{inside}`; come after `{inside}`"
        return ""

    def item_names_in_when(self, use: Use, op: Map, scope: Scope) -> None:
        """Report item names in the `when` of the step that binds them."""
        names = {name for name, _ in op.sources}
        key = MATRIX if MATRIX in names else "each"
        for path, start, _, expression in use.template.expressions:
            for reference in expression.references:
                if reference.root in names and reference.root not in scope.bound:
                    place = use.place.child(*path).slice(start + reference.start, start + reference.end)
                    self.sink.report(
                        "SPC213",
                        f"`when` is decided once, before the items: `{reference.root}` is not known there",
                        Label(place, f"bound by `{key}` of this step"),
                        help=f"make it a group with `{key}`, and put `when` on the step inside",
                    )

    def _step(self, name: str | None, place: Place, scope: Scope, op: Op | None, role: Role) -> None:
        if name is None:
            self.sink.report(
                "SPC201", "`steps` needs the name of a step", Label(place, "which one?"), help="write `steps.<name>`"
            )
            return
        target = scope.step(name)
        if target is not None:
            own = op is not None and (target is op or (role == "until" and target.origin == op.origin))
            if own or any(target is owner for owner in scope.inside):
                self._own_result(name, target, place, scope)
            return
        who = f"step `{op.name}`" if op is not None else "this"
        if name in self._handlers:
            self.sink.report(
                "SPC208",
                f"{who} uses `steps.{name}`, which only runs when a step fails",
                Label(place, "runs only for `on_error`"),
                Label(self._handlers[name].origin.key(), "named by an `on_error`"),
                help="use the step that fails instead: its result is that of the handler",
            )
        elif name in self._module.finally_.by_name:
            self.sink.report(
                "SPC209",
                f"{who} uses `steps.{name}`, which runs at the very end",
                Label(place, "a `finally` step"),
                Label(self._module.finally_.by_name[name].origin.key(), "defined here"),
            )
        else:
            tired = self._compared > _COMPARED
            others = [] if tired else [item for item in scope.step_names() if op is None or item != op.name]
            self._compared += len(others)
            found = closest(name, others)
            labels = [Label(place, "no step of this name")]
            near = scope.step(found) if found is not None else None
            if near is not None:
                labels.append(Label(near.origin.key(), "a step with a similar name"))
            help = _inside(name, self._nested.get(name)) or (
                f"did you mean `{found}`?" if found else "" if tired else _list("steps", others)
            )
            fix = Fix(f"use `{found}`", (Edit(place, f"steps.{found}"),)) if found is not None else None
            self.sink.report("SPC201", f"{who} uses `steps.{name}`, which is not a step", *labels, help=help, fix=fix)

    def _inner(self, path: tuple[str | int, ...], place: Place, scope: Scope) -> None:
        """Report `steps.group.steps.inner`, which reaches into a group, unless its `yield` has such a field."""
        target = scope.step(str(path[0])) if len(path) > 2 and path[1] == "steps" else None
        body = body_of(target) if target is not None else None
        if target is None or body is None:
            return
        group, name = str(path[0]), str(path[2])
        yields = body.yields.raw if body.yields is not None else None
        if all(inner.name != name for inner in walk(body)) or (isinstance(yields, dict) and "steps" in yields):
            return
        plain = yields == f"${{steps.{name}}}"
        inner = f"steps.{group}.steps.{name}"
        self.sink.report(
            "SPC201",
            f"`{inner}` is inside `{group}`, and only `steps.{group}` can be read from outside",
            Label(place, "a step inside a group"),
            help=f"use `steps.{group}`, "
            + ("which is its result" if plain else f"and give `{group}` a `yield` with what you need"),
        )

    def _own_result(self, name: str, target: Op, place: Place, scope: Scope) -> None:
        if "error" in scope.bound and not any(body_of(target) is region for region in scope.regions):
            self.sink.report(
                "SPC210",
                f"`on_error` of step `{name}` uses the result of `{name}`",
                Label(place, f"when this is needed, `{name}` has failed"),
                help="`error.name` and `error.message` say what went wrong; what the step uses can be used here too",
            )
            return
        self.sink.report(
            "SPC210",
            f"step `{name}` uses its own result",
            Label(place, "its own result"),
            help="to feed a result back into the step, use `repeat` and `last`",
        )

    def _member(  # one place for params and env
        self, code: str, what: str, name: str | None, place: Place, known: list[str], where: str
    ) -> None:
        if name is None or name in known:
            return
        there_are = f"; there are: {', '.join(known[:8])}" if known else ""
        help = _suggest(name, known) or f"declare it under `{where.format(name)}`{there_are}"
        if code == "SPC204" and any(name == secret for secret, _ in self._module.secrets):
            help = f"`{name}` is a secret: it reaches the step as an environment variable and never stands in a value"
        near, root = closest(name, known), "params" if what == "parameter" else "env"
        fix = rename(place, f"{root}.{near}") if near else None
        self.sink.report(code, f"there is no {what} `{name}`", Label(place, "not declared"), help=help, fix=fix)

    def _run(self, name: str | None, place: Place, scope: Scope) -> None:
        known = _RUN_IN_FINALLY if scope.in_finally else _RUN
        if name is None or name in known:
            return
        if name in _RUN_IN_FINALLY:
            self.sink.report(
                "SPC205",
                f"`run.{name}` is known only when the run has ended",
                Label(place, "not known here"),
                help="use it in a `[finally.<name>]` step",
            )
            return
        self.sink.report("SPC205", f"`run` has no `{name}`", Label(place, "unknown"), help=_suggest(name, known, "run"))

    def _unbound(self, name: str, place: Place, scope: Scope) -> None:
        known = {
            "last": "`last` is the previous result inside a step with `repeat`",
            "error": "`error` is known in `on_error`; in a `[finally.<name>]` step use `run.error`",
            "secrets": "a secret reaches the step as an environment variable; only headers of `http` name one",
            MATRIX: "`matrix` is the configuration inside of a step with `matrix`: give this step one, or put it into "
            "a group that has one",
            "tasks": "tasks belong to specs of kind `agent`",
        }
        if name in known:
            self.sink.report(
                "SPC207", f"`{name}` is not available here", Label(place, "not known here"), help=known[name]
            )
            return
        parameters = [item.name for item in self._module.parameters]
        if scope.step(name) is not None:
            better = f"steps.{name}"
        elif name in parameters:
            better = f"params.{name}"
        else:
            near = closest(name, [*scope.bound, *_ROOTS])
            better = near or ""
        self.sink.report(
            "SPC203",
            f"nothing is called `{name}` here",
            Label(place, "unknown name"),
            help=f"did you mean `{better}`?" if better else _list("names", [*scope.bound, *_ROOTS]),
            fix=rename(place, better) if better else None,
        )


def _suggest(name: str, known: Iterable[str], prefix: str = "") -> str:
    found = closest(name, list(known))
    return f"did you mean `{prefix + '.' if prefix else ''}{found}`?" if found else ""


def _inside(name: str, outer: str | None) -> str:
    return f"`{name}` is inside `{outer}`; use `steps.{outer}` and let its `yield` give the value" if outer else ""


def _list(what: str, names: list[str]) -> str:
    return (
        f"there are these {what}: {', '.join(f'`{name}`' for name in names[:8])}"
        if names
        else f"there are no other {what}"
    )
