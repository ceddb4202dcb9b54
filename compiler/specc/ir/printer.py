"""A module as text: deterministic, complete, and read back by `specc.ir.reader` to an equal module."""

from __future__ import annotations

import json
from typing import Any

from specc.ir.fields import stated, text
from specc.ir.module import Module
from specc.ir.ops import Op
from specc.ir.region import EMPTY, Region

_SEPARATE = ("name", "body")


def print_module(module: Module) -> str:
    """Print a module, one line an operation, two spaces a level, fields at their default left out.

    A line is `kind name field=JSON ...`; regions follow their operation, one level deeper.
    """
    lines = [_line("module", module.name, _fields(module, ("name", "parameters", "outputs", "body", "finally_")))]
    lines += [_line("  parameter", item.name, _fields(item)) for item in module.parameters]
    lines += _region("body", module.body, 1)
    lines += _region("finally", module.finally_, 1) if module.finally_ != EMPTY else []
    lines += [_line("  output", item.name, _fields(item)) for item in module.outputs]
    return "\n".join(lines) + "\n"


def print_op(op: Op, depth: int = 0) -> str:
    """Print one operation and the regions below it."""
    return "\n".join(_op(op, depth)) + "\n"


def _region(word: str, region: Region, depth: int) -> list[str]:
    head: dict[str, Any] = {}
    if region.yields is not None:
        head["yields"] = region.yields.raw
    if region.binds:
        head["binds"] = list(region.binds)
    lines = [_line("  " * depth + word, None, head)]
    for op in region.ops:
        lines += _op(op, depth + 1)
    for op in region.handlers:
        lines.append("  " * (depth + 1) + "handler")
        lines += _op(op, depth + 2)
    for edge in region.edges:
        suffix = " optional" if edge.optional else ""
        lines.append(f"{'  ' * (depth + 1)}edge {edge.source} -> {edge.target} {edge.kind}{suffix}")
    return lines


def _op(op: Op, depth: int) -> list[str]:
    lines = [_line("  " * depth + op.kind, op.name, _fields(op))]
    body = getattr(op, "body", None)
    if isinstance(body, Region):
        lines += _region("region", body, depth + 1)
    return lines


def _fields(item: Any, but: tuple[str, ...] = _SEPARATE) -> dict[str, Any]:
    return {field.name: text(field).write(value) for field, value in stated(item) if field.name not in but}


def _line(word: str, name: str | None, values: dict[str, Any]) -> str:
    written = (f"{key}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for key, value in values.items())
    return " ".join([word, *([name] if name is not None else []), *written])
