"""Axes of a matrix against the steps that they are for: some change nothing, some give fractions for whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Severity
from specc.expressions.types import INTEGER
from specc.ir.ops import Map, Op, ScriptTask, SubPipeline
from specc.ir.walk import MATRIX, free_references, uses, walk
from specc.source.document import lookup
from specc_runtime.expressions import JsonValue, Template

if TYPE_CHECKING:
    from specc.introspection.scripts import Script
    from specc.ir.module import Module
    from specc.ir.region import Region
    from specc.passes.base import Context


def check_axes(context: Context, module: Module, region: Region) -> None:
    """Report axes that nothing below the matrix uses (SPC252), and fractions for globals that are `int` (SPC384).

    Of whole configurations, in `from`, some values may be there for people only: one that is used is enough.
    """
    if context.sink.failed:
        return  # what is used may be hidden behind an error
    for op in walk(region):
        if isinstance(op, Map) and any(name == MATRIX for name, _ in op.sources):
            _check_whole_numbers(context, module, op)
            _check(context, module, op)


def _check(context: Context, module: Module, op: Map) -> None:
    used = _used(op)
    if None in used:
        return
    at = op.origin.child(MATRIX)
    axes = _axes(op)
    own = [name for name in axes if context.spec is None or lookup(context.spec.value, at.child(name).path)[0]]
    for name in own:
        if name not in used:
            _report(context, f"`{MATRIX}.{name}`", at.child(name), _help(context, module, op, name))
    whole = [name for name in axes if name not in own]
    if not used.intersection(whole) if whole else not axes and not used:
        help = _help(context, module, op, whole[0]) if whole else f"read their values as `${{{MATRIX}.NAME}}`"
        _report(context, "the configurations", at.child("from"), help)


def _report(context: Context, what: str, place: Place, help: str) -> None:
    context.sink.report(
        "SPC252",
        f"nothing uses {what}: the step does the same for every value",
        Label(place.key(), "changes nothing"),
        severity=Severity.WARNING,
        help=help,
    )


def _axes(op: Map) -> list[str]:
    """The names that configurations have, as far as they are known."""
    (cells,) = [source.raw for name, source in op.sources if name == MATRIX]
    first = cells[0] if isinstance(cells, list) and cells else None
    return list(first) if isinstance(first, dict) else []


def _used(op: Map) -> set[str | int | None]:
    """The axes that are read inside; with None where all of them may be."""
    found = [item for use in uses(op) if use.inside for item in use.template.references]
    found += [item for inner in (*op.body.ops, *op.body.handlers) for item in free_references(inner)]
    return {item.path[0] if item.path else None for item in found if item.root == MATRIX}


def _help(context: Context, module: Module, op: Map, name: str) -> str:
    """Where the value of an axis may go to."""
    value = f'{{ {name} = "${{{MATRIX}.{name}}}" }}'
    for inner in walk(op.body):
        key = _taker(context, module, inner, name)
        if key:
            return f"give it to step `{inner.name}`: `{key} = {value}`"
    return f"use it in the step, as `${{{MATRIX}.{name}}}`, or leave it out"


def _taker(context: Context, module: Module, op: Op, name: str) -> str:
    """The key of a step under which it takes a value called `name`; an empty text where it takes none."""
    if isinstance(op, SubPipeline):
        return "with" if any(item.name == name for item in op.module.parameters) else ""
    script = _script(context, module, op) if isinstance(op, ScriptTask) else None
    if script is None:
        return ""
    given = op.arguments.raw if isinstance(op, ScriptTask) and isinstance(op.arguments.raw, dict) else {}
    entry = script.callable(str(given["entry"])) if "entry" in given else None
    signature = getattr(entry, "signature", None)
    if signature is not None and name in signature.by_name:
        return "with"
    return "globals" if name in script.variables and script.variables[name].is_value else ""


def _script(context: Context, module: Module, op: ScriptTask) -> Script | None:
    from specc.introspection.scripts import Script, read_script  # late: most specs run no script

    given = op.arguments.raw if isinstance(op.arguments.raw, dict) else {}
    key = "script" if "script" in given else "module"
    path = str(given.get(key, ""))
    if not Template(path).is_constant:
        return None
    found = read_script(context.modules, context.root / module.package_root, path, is_module=key == "module")
    return found if isinstance(found, Script) else None


def _check_whole_numbers(context: Context, module: Module, op: Map) -> None:
    """Report globals that are declared as `int` and get fractions from an axis (SPC384)."""
    (cells,) = [source.raw for name, source in op.sources if name == MATRIX]
    for inner in op.body.ops:
        given = inner.arguments.raw if isinstance(inner, ScriptTask) else None
        values = given.get("globals") if isinstance(given, dict) else None
        if not isinstance(values, dict) or not isinstance(inner, ScriptTask) or not isinstance(cells, list):
            continue
        for name, value in values.items():
            axis = _whole(value)
            numbers = [cell.get(axis) for cell in cells if isinstance(cell, dict)] if axis else []
            wrong = next((number for number in numbers if isinstance(number, float)), None)
            script = _script(context, module, inner) if wrong is not None else None
            found = script.variables.get(name) if script is not None else None
            if script is None or found is None or not found.declared or found.type != INTEGER:
                continue
            context.sink.report(
                "SPC384",
                f"`{name}` of `{script.name}` is declared as integer, but an axis gives it `{wrong}`",
                Label(inner.origin.child("globals", name), f"is `{wrong}` in one of the configurations"),
                Label(found.span, "declared here"),
                help="give it whole numbers, as `range` does, or change the annotation to `float`",
            )


def _whole(value: JsonValue) -> str:
    """The axis whose value something is, unchanged."""
    template = Template(value)
    for item in template.references if isinstance(value, str) else ():
        if value == f"${{{MATRIX}.{item.path[0] if item.path else ''}}}":
            return str(item.path[0])
    return ""
