"""Reads a plan: whatever is wrong with one is said before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specc.diagnostics import Place, Position, Span
from specc.ir.edges import edges_of, own_readers
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import OPS, CallTask, Op, SubPipeline, Wait
from specc.ir.region import Edge, Region
from specc.ir.verifier import verify
from specc.ir.walk import body_of, modules
from specc_runtime.expressions import Template
from specc_targets.local.plan_parameters import check_parameter, check_variables
from specc_targets.local.plan_values import PlanError, items, member, read_fields, refuse, table

VERSION = 1
"""Of the plan's form. An engine refuses any other."""
_OPS = {op.kind: op for op in OPS}
_MODULE = frozenset({"parameters", "outputs", "body", "finally", "finally_"})
_PLACED = frozenset({"origin", "at"})
_OP = _PLACED | {"kind", "body", "module"}
_REGION = frozenset({"ops", "edges", "yields", "handlers", "binds"})
_AT = re.compile(r"(?P<file>.+):(?P<line>[1-9][0-9]*):(?P<column>[1-9][0-9]*)", re.DOTALL)


def read_plan(plan: Mapping[str, Any]) -> Module:
    """The module of a plan. Raises `PlanError`."""
    if type(plan.get("specc")) is not int or plan["specc"] != VERSION:
        raise PlanError(f"this is a plan of version {plan.get('specc')!r}; this engine runs version {VERSION}")
    try:
        for key in plan:
            if key not in {"specc", "module"}:
                raise PlanError(f"the plan is damaged: it has a key `{key}`, which this engine does not know")
        module = _module(member(plan, "module", "plan"), "module")
        faults = [fault for part in modules(module) for fault in _faults(part)]
    except RecursionError:
        raise PlanError("the plan is damaged: it is nested too deep") from None
    if faults:
        raise PlanError(f"the plan is damaged: {faults[0]}")
    return module


def _faults(module: Module) -> Iterator[str]:
    yield from verify(module)
    yield from _missing(module.body, "body")
    yield from _missing(module.finally_, "finally")


def read_spans(plan: Mapping[str, Any]) -> dict[tuple[str | int, ...], Span]:
    """Where the parts of the spec that a plan was made of stand: path in the spec -> key's position.

    `plan` is one that `read_plan` accepts.
    """
    found: dict[tuple[str | int, ...], Span] = {}
    waiting: list[Any] = [plan["module"]]
    while waiting:
        item = waiting.pop()
        for key in ("parameters", "outputs", "ops", "handlers", "body", "finally", "module"):
            inner = item.get(key)
            waiting.extend(inner if isinstance(inner, list) else [inner] if inner is not None else ())
        if "at" in item:
            match = _AT.fullmatch(item["at"])
            assert match is not None
            line, column = int(match["line"]), int(match["column"])
            end = column + len(str(item["origin"][-1])) if item["origin"] else column
            found[tuple(item["origin"])] = Span(match["file"], Position(line, column), Position(line, end))
    return found


def _module(given: Any, at: str) -> Module:
    source = table(given, at)
    values = read_fields(Module, source, at, _MODULE)
    found = Module(
        **values,
        parameters=tuple(_placed(Parameter, *item) for item in _each(source, "parameters", at)),
        outputs=tuple(_placed(Output, *item) for item in _each(source, "outputs", at)),
        body=_region(member(source, "body", at), f"{at}.body"),
        finally_=_region(member(source, "finally", at), f"{at}.finally"),
    )
    if "finally_" in source:
        refuse(at, "has a key `finally_`, which this engine does not know")
    if not found.name:
        refuse(f"{at}.name", "is empty")
    check_variables(found)
    for number, parameter in enumerate(found.parameters):
        check_parameter(parameter, f"{at}.parameters[{number}]")
    for what in ("parameters", "outputs"):
        names = [item.name for item in getattr(found, what)]
        if len(set(names)) != len(names):
            refuse(f"{at}.{what}", "holds two of one name")
    return found


def _each(source: Mapping[str, Any], name: str, at: str) -> Iterator[tuple[Any, str]]:
    """The items of a list with their places."""
    for number, item in enumerate(items(member(source, name, at), f"{at}.{name}")):
        yield item, f"{at}.{name}[{number}]"


def _placed(cls: type[Any], source: Any, at: str, others: frozenset[str] = _PLACED, **values: Any) -> Any:
    """An operation, a parameter or an output."""
    found = read_fields(cls, table(source, at), at, others)
    origin = items(member(source, "origin", at), f"{at}.origin")
    if not all(isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)) for key in origin):
        refuse(f"{at}.origin", "is not a path: texts and whole numbers")
    stands = source.get("at", "spec:1:1")
    if not isinstance(stands, str) or not _AT.fullmatch(stands):
        refuse(f"{at}.at", "is not `file:line:column`")
    return cls(**found, **values, origin=Place(tuple(origin)))


def _region(source: Any, at: str) -> Region:
    for key in table(source, at):
        if key not in _REGION:
            refuse(at, f"has a key `{key}`, which this engine does not know")
    binds = items(source.get("binds", []), f"{at}.binds")
    if not all(isinstance(name, str) for name in binds):
        refuse(f"{at}.binds", "is not a list of names")
    ops = tuple(_op(*item) for item in _each(source, "ops", at))
    handlers = tuple(_op(*item) for item in _each(source, "handlers", at)) if "handlers" in source else ()
    edges = tuple(_edge(*item) for item in _each(source, "edges", at)) if "edges" in source else ()
    return Region(ops=ops, edges=edges, yields=_yields(source, at), handlers=handlers, binds=tuple(binds))


def _yields(source: Mapping[str, Any], at: str) -> Template | None:
    if "yields" not in source:
        return None
    found = items(source["yields"], f"{at}.yields")
    if len(found) != 1 or Template(found[0]).check():
        refuse(f"{at}.yields", "is not a list of one value")
    return Template(found[0])


def _edge(source: Any, at: str) -> Edge:
    match items(source, at):
        case [str(), str(), "data" | "order", bool()]:
            return Edge(*source)
    return refuse(at, "is not an edge: two names, `data` or `order`, and whether it is optional")


def _op(source: Any, at: str) -> Op:
    kind = member(table(source, at), "kind", at)
    cls = _OPS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise PlanError(f"the plan has an operation `{kind}`, which this engine does not know")
    for key in ("body", "module"):
        if key in source and key not in cls.__dataclass_fields__:
            refuse(at, f"has a key `{key}`, which this engine does not know")
    if cls is SubPipeline:
        return _sub_pipeline(source, at)
    if "body" not in cls.__dataclass_fields__:
        found: Op = _placed(cls, source, at, _OP)
        if isinstance(found, CallTask) and not isinstance(found.arguments.raw, dict):
            refuse(f"{at}.arguments", "is not an object")
        if isinstance(found, Wait) and (found.duration is None) == (found.until is None):
            refuse(at, "needs one of `duration` and `until`")
        return found
    body = _region(member(source, "body", at), f"{at}.body")
    op: Op = _placed(cls, source, at, _OP, body=body)
    return op


def _sub_pipeline(source: Any, at: str) -> SubPipeline:
    module = _module(member(source, "module", at), f"{at}.module")
    found: SubPipeline = _placed(SubPipeline, source, at, _OP, module=module)
    if not isinstance(found.arguments.raw, dict):
        refuse(f"{at}.arguments", "is not an object")
    return found


def _missing(region: Region, path: str) -> Iterator[str]:
    """Edges that are not there, so that something would run too early, and what waits for itself."""
    for op in own_readers(region):
        yield f"{path}: {op.name} reads its own result"
    there = {(edge.source, edge.target) for edge in region.edges}
    for edge in edges_of(region):
        if (edge.source, edge.target) not in there:
            yield f"{path}: the edge {edge.source} -> {edge.target} is missing"
    for op in (*region.ops, *region.handlers):
        body = body_of(op)
        if body is not None:
            yield from _missing(body, f"{path}/{op.name}")
