"""Reads IR text back into a module, so that passes are tested as text in, text out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from typing import Any, Literal, cast

from specc.ir.fields import text
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import OPS, Op
from specc.ir.region import Edge, Region
from specc_runtime.expressions import Template

_OPS = {op.kind: op for op in OPS}
_FIELD = re.compile(r" ([a-z_]+)=")
_EDGE = re.compile(r"edge (\S+) -> (\S+) (data|order)( optional)?$")


class IRSyntaxError(ValueError):
    """The text is not IR text; the message starts with its line number."""


@dataclass
class _Line:
    number: int
    word: str
    rest: str
    children: list[_Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.rest.split(" ", 1)[0]

    def fail(self, message: str) -> IRSyntaxError:
        return IRSyntaxError(f"line {self.number}: {message}")


def read_module(source: str) -> Module:
    """Read what `print_module` printed. Raises `IRSyntaxError`."""
    lines = _tree(source)
    if len(lines) != 1 or lines[0].word != "module":
        raise IRSyntaxError("line 1: expected one `module`")
    head = lines[0]
    values: dict[str, Any] = _fields(Module, head)
    groups: dict[str, list[_Line]] = {"parameter": [], "output": [], "body": [], "finally": []}
    for child in head.children:
        if child.word not in groups:
            raise child.fail(f"unexpected `{child.word}`")
        groups[child.word].append(child)
    values["parameters"] = tuple(Parameter(**_fields(Parameter, line)) for line in groups["parameter"])
    values["outputs"] = tuple(Output(**_fields(Output, line)) for line in groups["output"])
    if groups["body"]:
        values["body"] = _region(groups["body"][0])
    if groups["finally"]:
        values["finally_"] = _region(groups["finally"][0])
    return Module(**values)


def _tree(source: str) -> list[_Line]:
    roots: list[_Line] = []
    stack: list[_Line] = []
    for number, text_line in enumerate(source.split("\n"), 1):
        content = text_line.strip(" ")
        if not content or content.startswith("#"):
            continue
        depth = (len(text_line) - len(text_line.lstrip(" "))) // 2
        word, _, rest = content.partition(" ")
        line = _Line(number, word, rest)
        if depth > len(stack):
            raise line.fail("indented too deep")
        del stack[depth:]
        if stack:
            stack[-1].children.append(line)
        else:
            roots.append(line)
        stack.append(line)
    return roots


def _region(line: _Line) -> Region:
    head = _pairs(line, named=False)
    ops: list[Op] = []
    handlers: list[Op] = []
    edges: list[Edge] = []
    for child in line.children:
        if child.word == "edge":
            found = _EDGE.match(f"edge {child.rest}")
            if found is None:
                raise child.fail("expected `edge SOURCE -> TARGET data|order [optional]`")
            kind = cast('Literal["data", "order"]', found[3])
            edges.append(Edge(found[1], found[2], kind, found[4] is not None))
        elif child.word == "handler":
            handlers += [_op(item) for item in child.children]
        else:
            ops.append(_op(child))
    return Region(
        ops=tuple(ops),
        edges=tuple(edges),
        yields=Template(head["yields"]) if "yields" in head else None,
        handlers=tuple(handlers),
        binds=tuple(head.get("binds", ())),
    )


def _op(line: _Line) -> Op:
    if line.word not in _OPS:
        raise line.fail(f"no operation is called `{line.word}`")
    cls = _OPS[line.word]
    values = _fields(cls, line)
    regions = [child for child in line.children if child.word == "region"]
    if regions:
        values["body"] = _region(regions[0])
    return cls(**values)


def _fields(cls: type[Any], line: _Line) -> dict[str, Any]:
    known = {item.name: item for item in fields(cls)}
    values: dict[str, Any] = {"name": line.name}
    for key, value in _pairs(line, named=True).items():
        if key not in known:
            raise line.fail(f"`{line.word}` has no field `{key}`")
        values[key] = text(known[key]).read(value)
    return values


def _pairs(line: _Line, *, named: bool) -> dict[str, Any]:
    rest = line.rest[len(line.name) :] if named else (f" {line.rest}" if line.rest else "")
    decoder, at, found = json.JSONDecoder(), 0, dict[str, Any]()
    while at < len(rest):
        key = _FIELD.match(rest, at)
        if key is None:
            raise line.fail(f"expected `field=JSON` at `{rest[at : at + 20]}`")
        try:
            found[key[1]], at = decoder.raw_decode(rest, key.end())
        except json.JSONDecodeError as error:
            raise line.fail(f"`{key[1]}` is not JSON: {error.msg}") from None
    return found
