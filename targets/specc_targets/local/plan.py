"""The plan: a module as plain JSON. The engine needs nothing else to run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from specc.diagnostics import Place
from specc.ir.fields import stated, text
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import OPS, Op
from specc.ir.region import Edge, Region
from specc_runtime.expressions import JsonValue, Template

VERSION = 1
"""Of the plan's form. An engine refuses any other."""
_OPS = {op.kind: op for op in OPS}
_NESTED = frozenset({"body", "finally_", "parameters", "outputs"})


class PlanError(ValueError):
    """A plan that this engine cannot read. The message is meant for the user."""


def write_plan(module: Module) -> dict[str, JsonValue]:
    """A module as JSON. Fields at their default are left out; `origin` is the path in the spec."""
    return {
        "specc": VERSION,
        "module": {
            **_fields(module),
            "parameters": [_placed(item) for item in module.parameters],
            "outputs": [_placed(item) for item in module.outputs],
            "body": _region(module.body),
            "finally": _region(module.finally_),
        },
    }


def read_plan(plan: Mapping[str, Any]) -> Module:
    """The module of a plan. Raises `PlanError`."""
    if plan.get("specc") != VERSION:
        raise PlanError(f"this is a plan of version {plan.get('specc')!r}; this engine runs version {VERSION}")
    try:
        source = plan["module"]
        return Module(
            **_values(Module, source),
            parameters=tuple(Parameter(**_values(Parameter, item)) for item in source["parameters"]),
            outputs=tuple(Output(**_values(Output, item)) for item in source["outputs"]),
            body=_read_region(source["body"]),
            finally_=_read_region(source["finally"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PlanError(f"the plan is damaged: {error}") from error


def _fields(item: Any) -> dict[str, JsonValue]:
    return {field.name: text(field).write(value) for field, value in stated(item) if field.name not in _NESTED}


def _placed(item: Op | Parameter | Output) -> dict[str, JsonValue]:
    return {**_fields(item), "origin": list(item.origin.path)}


def _region(region: Region) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"ops": [_op(op) for op in region.ops]}
    if region.edges:
        found["edges"] = [[edge.source, edge.target, edge.kind, edge.optional] for edge in region.edges]
    if region.yields is not None:
        found["yields"] = [region.yields.raw]
    if region.handlers:
        found["handlers"] = [_op(op) for op in region.handlers]
    if region.binds:
        found["binds"] = list(region.binds)
    return found


def _op(op: Op) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"kind": op.kind, **_placed(op)}
    body = getattr(op, "body", None)
    if isinstance(body, Region):
        found["body"] = _region(body)
    return found


def _values(cls: type[Any], source: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name: field for field in fields(cls)}
    found = {
        name: text(known[name]).read(value)
        for name, value in source.items()
        if name in known and name not in _NESTED and name != "origin"
    }
    if "origin" in source:
        found["origin"] = Place(tuple(source["origin"]))
    return found


def _read_region(source: Mapping[str, Any]) -> Region:
    return Region(
        ops=tuple(_read_op(item) for item in source["ops"]),
        edges=tuple(Edge(*item) for item in source.get("edges", ())),
        yields=Template(source["yields"][0]) if "yields" in source else None,
        handlers=tuple(_read_op(item) for item in source.get("handlers", ())),
        binds=tuple(source.get("binds", ())),
    )


def _read_op(source: Mapping[str, Any]) -> Op:
    cls = _OPS.get(source["kind"])
    if cls is None:
        raise PlanError(f"the plan has an operation `{source['kind']}`, which this engine does not know")
    values = _values(cls, {name: value for name, value in source.items() if name != "kind"})
    if "body" in source:
        values["body"] = _read_region(source["body"])
    return cls(**values)
