"""From a module to a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never, cast

from specc.diagnostics import Place
from specc.ir.module import Module
from specc.ir.ops import (
    TASKS,
    ActionTask,
    Approve,
    AwsTask,
    CallTask,
    CommandTask,
    Group,
    HttpTask,
    Loop,
    Map,
    Op,
    ReadTask,
    Recoverable,
    ScriptTask,
    SubPipeline,
    Wait,
)
from specc.ir.region import Edge, Region
from specc.ir.walk import MATRIX, generator_of
from specc_runtime.expressions import Template
from specc_targets.graph.picture import EdgeKind, Link, Node, NodeKind, Picture, short


def draw(module: Module) -> Picture:
    """The picture of a module: its steps, what runs finally, and its outputs."""
    links: list[Link] = []
    nodes = _region(module.body, "", links)
    if module.finally_.ops:
        key = "finally"
        children = tuple(_region(module.finally_, f"{key}/", links))
        nodes.append(
            Node(key=key, name="finally", kind="section", notes=("at the end, whatever happened",), children=children)
        )
    for output in module.outputs:
        key = f"outputs.{output.name}"
        nodes.append(Node(key=key, name=key, kind="output", origin=output.origin))
        for source, optional in _steps(output.value, module.body):
            links.append(Link(source=source, target=key, kind="optional" if optional else "data"))
    return Picture(title=module.name, nodes=tuple(nodes), links=tuple(sorted(set(links))))


def _region(region: Region, prefix: str, links: list[Link]) -> list[Node]:
    nodes = [_node(op, prefix, links) for op in region.order()]
    nodes += [_node(op, prefix, links, handler=True) for op in region.handlers]
    skippable = _skippable(region)
    for edge in region.edges:
        kind = _kind(edge, skippable)
        links.append(Link(source=prefix + edge.source, target=prefix + edge.target, kind=kind, label=_LABELS[kind]))
    for op in region.ops:
        for recoverable in _recoverable(op):
            for catch in recoverable.catches:
                if catch.run is not None:
                    label = f"on {_names(catch.errors)}"
                    links.append(Link(source=prefix + op.name, target=prefix + catch.run, kind="catch", label=label))
    return nodes


_LABELS: dict[EdgeKind, str] = {
    "data": "",
    "skip": "or skipped",
    "optional": "if not skipped",
    "order": "after",
    "catch": "",
}


def _kind(edge: Edge, skippable: set[str]) -> EdgeKind:
    if edge.kind == "order":
        return "order"
    if edge.optional:
        return "optional"
    return "skip" if edge.source in skippable else "data"


def _skippable(region: Region) -> set[str]:
    """The operations that may be skipped: by their own condition, or because they read from one that may be."""
    found: set[str] = set()
    needed: dict[str, list[str]] = {}
    for edge in region.edges:
        if edge.kind == "data" and not edge.optional:
            needed.setdefault(edge.target, []).append(edge.source)
    for op in region.order():
        if op.when is not None or any(source in found for source in needed.get(op.name, ())):
            found.add(op.name)
    return found


def _layers(op: Op) -> list[Op]:
    """An operation and those that it only wraps: one step of the spec becomes several nested operations."""
    layers = [op]
    while isinstance(op, Map | Loop | Group):
        inner = op.body.ops
        if len(inner) != 1 or inner[0].name != op.name or op.body.handlers:
            break
        op = inner[0]
        layers.append(op)
    return layers


def _recoverable(op: Op) -> list[Recoverable]:
    return [layer for layer in _layers(op) if isinstance(layer, Recoverable)]


def _node(op: Op, prefix: str, links: list[Link], *, handler: bool = False) -> Node:
    layers = _layers(op)
    innermost = layers[-1]
    key = prefix + op.name
    notes = [note for layer in layers for note in _notes(layer)]
    children: tuple[Node, ...] = ()
    if isinstance(innermost, Map | Loop | Group):
        children = tuple(_region(innermost.body, f"{key}/", links))
    elif isinstance(innermost, SubPipeline):
        regions = (innermost.module.body, innermost.module.finally_)
        inner = [node for region in regions for node in _region(region, f"{key}/", links)]
        children = tuple(_standing_at(op.origin, node) for node in inner)
    kind: NodeKind = "handler" if handler else _NODE_KINDS[type(op)]
    return Node(key=key, name=op.name, kind=kind, notes=tuple(notes), children=children, origin=op.origin)


def _standing_at(origin: Place, node: Node) -> Node:
    return replace(node, origin=origin, children=tuple(_standing_at(origin, child) for child in node.children))


_NODE_KINDS: dict[type[Op], NodeKind] = {
    **dict.fromkeys(TASKS, "call"),
    Wait: "wait",
    Approve: "wait",
    Group: "group",
    SubPipeline: "group",
    Map: "map",
    Loop: "loop",
}


def _notes(op: Op) -> list[str]:
    notes = [f"when {_expression(op.when)}"] if op.when is not None else []
    concrete = cast("CallTask | Wait | Approve | Group | SubPipeline | Map | Loop", op)
    match concrete:
        case CallTask():
            notes.append(_does(concrete))
        case Wait():
            notes.append(_pause(concrete))
        case Approve():
            notes.append(f"approved by {' or '.join(concrete.by)}")
        case Map():
            notes.append(_sources(concrete))
            notes += [f"at most {concrete.max_parallel} at a time"] if concrete.max_parallel else []
            notes += [f"{_counted(concrete.batch, 'item')} a batch"] if concrete.batch else []
            if concrete.tolerance is not None:
                amount = concrete.tolerance.amount
                percent = concrete.tolerance.unit == "percent"
                notes.append(f"tolerates {amount:g}%" if percent else f"tolerates {_counted(int(amount), 'item')}")
        case Loop():
            until = f"until {_expression(concrete.until)}, at most " if concrete.until is not None else ""
            notes.append(f"repeat {until}{_counted(concrete.max, 'time')}")
        case SubPipeline():
            notes.append(f"pipeline {concrete.module.name}")
        case Group():
            pass
        case _:
            assert_never(concrete)
    if isinstance(op, Recoverable):
        if op.retry is not None and op.retry.max:
            notes.append(f"retry {_counted(op.retry.max, 'time')} on {_names(op.retry.on)}")
        for catch in op.catches:
            if catch.use is not None:
                notes.append(f"on {_names(catch.errors)} use {_expression(catch.use)}")
    return notes


def _sources(op: Map) -> str:
    """What a map goes over."""
    name, source = op.sources[0]
    if name != MATRIX:
        return "each " + ", ".join(f"{name} in {_expression(source)}" for name, source in op.sources)
    if not isinstance(source.raw, list):
        return f"matrix of {_expression(source)}"
    axes = dict.fromkeys(axis for cell in source.raw if isinstance(cell, dict) for axis in cell)
    return short(f"matrix of {', '.join(axes)}: {_counted(len(source.raw), 'configuration')}")


def _does(op: CallTask) -> str:
    if isinstance(op, ReadTask):
        if (generator := generator_of(op)) is not None:
            return f"call {generator.function}"
        ((kind, location),) = cast("dict[str, str]", op.arguments.raw).items()
        return f"{kind} {location}"
    if isinstance(op, AwsTask):
        return f"aws {op.service}:{op.operation}"
    if not isinstance(op, ActionTask):
        return f"call {op.function}"
    stated = op.arguments.raw if isinstance(op.arguments.raw, dict) else {}
    if isinstance(op, CommandTask):
        words = stated.get("command")
        return short(" ".join(["command", *map(str, words)])) if isinstance(words, list) else "command"
    if isinstance(op, ScriptTask):
        return short(" ".join(word for key in ("script", "module", "entry") for word in _said(key, stated.get(key))))
    if isinstance(op, HttpTask):
        return f"http {stated.get('method', 'GET')} {_word(stated.get('url', ''))}"
    container = stated.get("container")
    return f"{op.action} {_word(container.get('image', ''))}" if isinstance(container, dict) else op.action


def _said(key: str, value: object) -> tuple[str, ...]:
    return (key, value) if isinstance(value, str) else ()


def _word(raw: object) -> str:
    return _expression(Template(raw)) if isinstance(raw, str) else ""


def _pause(op: Wait) -> str:
    if op.until is not None:
        return f"wait until {_expression(op.until)}"
    raw = op.duration.raw if op.duration is not None else None
    return f"wait {raw:g}s" if isinstance(raw, int | float) else f"wait {_expression(op.duration)}"


def _names(errors: Sequence[str]) -> str:
    return "any error" if "*" in errors else ", ".join(errors)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _expression(template: Template | None) -> str:
    """A template as a person would write it: without `${}` when it is one expression."""
    if template is None:
        return ""
    raw = template.raw
    if isinstance(raw, str) and raw.startswith("${") and raw.endswith("}") and raw.count("${") == 1:
        return short(raw[2:-1])
    return short(raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False))


def _steps(value: Template, region: Region) -> list[tuple[str, bool]]:
    """The steps a template reads, and whether it can do without each."""
    return [
        (str(reference.path[0]), reference.optional)
        for reference in value.references
        if reference.root == "steps" and reference.path and reference.path[0] in region.by_name
    ]
