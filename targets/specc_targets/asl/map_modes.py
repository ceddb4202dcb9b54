"""Inline, distributed, or an array of jobs: how each map runs.

Inline iterations share the history of the execution and run at most 40 at once; distributed ones are executions of
their own, which start slower and cost more. A map is inline when the spec bounds it below what a history holds, or when
`max_parallel` says that few items run at once; without either it is distributed, because that never fails. Where jobs
of AWS Batch can do all of an item's work, the map is an array of them: no item is a state, whatever their number.
"""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Label, Severity, Sink
from specc.ir.module import Module
from specc.ir.ops import Map, Op
from specc.ir.region import Region
from specc.passes.regions import map_regions
from specc_targets.asl.arrays import array_call
from specc_targets.asl.history import MAX_EVENTS, Bounds, iteration_events

INLINE_CONCURRENCY = 40
"""Iterations that an inline Map runs at once (Step Functions quotas)."""
DISTRIBUTED_CONCURRENCY = 10_000
"""Child executions that a distributed Map runs at once (Step Functions quotas)."""
_HEAVY = 25
"""Events of an iteration from which an inline map of unknown length is worth a hint: 1,000 items fill a history."""


def choose_modes(sink: Sink, module: Module) -> Module:
    """The module with the mode of every map. Reports SPC414, SPC417."""
    bounds = Bounds(module)

    def region(found: Region) -> Region:
        return replace(
            found,
            ops=tuple(_with_mode(op, bounds, sink) for op in found.ops),
            handlers=tuple(_with_mode(op, bounds, sink) for op in found.handlers),
        )

    return map_regions(module, region)


def _with_mode(op: Op, bounds: Bounds, sink: Sink) -> Op:
    if not isinstance(op, Map):
        return op
    if op.max_parallel is not None and op.max_parallel > DISTRIBUTED_CONCURRENCY:
        sink.report(
            "SPC414",
            f"step `{op.name}` runs {op.max_parallel:,} items at once; Step Functions runs {DISTRIBUTED_CONCURRENCY:,}",
            Label(op.origin.child("max_parallel"), "more than a map can run"),
            help=f"use at most {DISTRIBUTED_CONCURRENCY}, or several items at a time with `batch`",
        )
    if array_call(op, bounds) is not None:
        return replace(op, mode="array")
    return replace(op, mode="distributed" if _distributed(op, bounds, sink) else "inline")


def _distributed(op: Map, bounds: Bounds, sink: Sink) -> bool:
    bound = bounds.of(op)
    if op.max_parallel is not None and op.max_parallel > INLINE_CONCURRENCY:
        return True
    if bound is not None:
        return bound * iteration_events(op, bounds) > MAX_EVENTS
    if op.max_parallel is None:
        return True
    events = iteration_events(op, bounds)
    if events >= _HEAVY:
        most = MAX_EVENTS // events
        sink.report(
            "SPC417",
            f"step `{op.name}` writes about {events} events for each item; more than {most:,} items stop a run",
            Label(op.origin.child("max_parallel"), "keeps the map within one execution"),
            severity=Severity.HINT,
            help="leave `max_parallel` out or set it above 40 for a distributed map, or bound the list with `maxItems`",
        )
    return False
