"""Rebuilding a module region by region."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from specc.ir.module import Module
from specc.ir.ops import Op
from specc.ir.region import Region
from specc.ir.walk import body_of


def map_regions(module: Module, change: Callable[[Region], Region]) -> Module:
    """`module` with `change` applied to every region, inner before outer; the same object when nothing changed."""
    body, finally_ = _region(module.body, change), _region(module.finally_, change)
    if body is module.body and finally_ is module.finally_:
        return module
    return replace(module, body=body, finally_=finally_)


def _region(region: Region, change: Callable[[Region], Region]) -> Region:
    ops = tuple(_op(op, change) for op in region.ops)
    handlers = tuple(_op(op, change) for op in region.handlers)
    if any(new is not old for new, old in zip((*ops, *handlers), (*region.ops, *region.handlers), strict=True)):
        region = replace(region, ops=ops, handlers=handlers)
    return change(region)


def _op(op: Op, change: Callable[[Region], Region]) -> Op:
    body = body_of(op)
    if body is None:
        return op
    new = _region(body, change)
    return op if new is body else replace(op, body=new)  # type: ignore[call-arg]  # only operations with a body get here
