"""How much a run is about to do: the configurations of its matrices, said before it begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from specc.ir.ops import Map
from specc.ir.walk import MATRIX
from specc_runtime.cells import shape_of

if TYPE_CHECKING:
    from specc.cli.jobs import Job

_FEW = 2
"""Configurations of which nothing need be said."""


def tell_sizes(job: Job, workers: int | None) -> None:
    """Say on standard error how many configurations each matrix has, and how long they took before, if they did."""
    for op in job.module.body.ops:
        if not isinstance(op, Map):
            continue
        template = dict(op.sources).get(MATRIX)
        if template is None or not template.is_constant:
            continue
        cells = template.evaluate({})
        if not isinstance(cells, list) or len(cells) < _FEW:
            continue
        shape = shape_of(cells)  # type: ignore[arg-type]  # configurations are tables
        shape = f" ({shape})" if shape else ""
        click.echo(f"{op.name}: {len(cells):,} cells{shape}{_time(job, op, len(cells), workers)}", err=True)


def _time(job: Job, op: Map, cells: int, workers: int | None) -> str:
    """About how long it will take, where earlier runs of the spec tell; else empty."""
    estimate = getattr(job.engine, "estimate", None)
    if estimate is None:
        return ""
    at_once = min(op.max_parallel or cells, workers or cells)
    seconds = estimate(job.spec, (op.name,), cells, at_once)
    return f", about {_duration(seconds)}" if seconds is not None and seconds >= 1 else ""


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{math.ceil(seconds)} seconds"
    return f"{round(seconds / 60)} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
