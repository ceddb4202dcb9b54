"""Inline or distributed: how each map runs."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.ir.ops import Map, Op
from specc.ir.region import Region
from specc.passes.regions import map_regions

INLINE_CONCURRENCY = 40
"""Iterations that an inline Map runs at once (Step Functions quotas)."""


def choose_modes(sink: Sink, module: Module) -> Module:
    """Every map with its mode."""
    return map_regions(module, lambda region: _region(region))


def _region(region: Region) -> Region:
    return replace(
        region,
        ops=tuple(_mode(op) for op in region.ops),
        handlers=tuple(_mode(op) for op in region.handlers),
    )


def _mode(op: Op) -> Op:
    if not isinstance(op, Map):
        return op
    many = op.max_parallel is None or op.max_parallel > INLINE_CONCURRENCY
    return replace(op, mode="distributed" if many else "inline")
