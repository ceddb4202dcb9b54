"""Which maps are arrays of jobs on AWS Batch: those whose items need nothing of the state machine.

An array has no state of its own for an item. So it means the same as a Map where the body is one call, whose job makes
its retries itself, and where neither a condition nor a handler nor a limit on items at the same time stands between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from specc.ir.ops import CallTask, ContainerTask, Map
from specc_targets.asl.projections import plain_step

if TYPE_CHECKING:
    from specc_targets.asl.history import Bounds

CHUNKS = "chunks"
"""Prefix of the variable whose items are arrays: the offset and size of each."""


def array_call(op: Map, bounds: Bounds) -> CallTask | None:
    """The call that is all of a map's body, when jobs of an array can make it.

    An array begins all of its jobs as soon as there are hosts. So with `max_parallel` a map is one only where it never
    has more items than that.
    """
    if len(op.body.ops) != 1:
        return None
    (call,) = op.body.ops
    if not isinstance(call, CallTask) or isinstance(call, ContainerTask) or call.compute.engine != "batch":
        return None
    if op.max_parallel is not None:
        most = bounds.of(op)
        if most is None or most > op.max_parallel:
            return None
    alone = op.body.yields is not None and plain_step(op.body.yields) == call.name
    return call if alone and call.when is None and not call.catches else None


def is_array(state: Mapping[str, Any]) -> bool:
    """Whether a state is a Map whose iterations are arrays of jobs."""
    return state.get("Type") == "Map" and f"${CHUNKS}_" in str(state.get("Items"))
