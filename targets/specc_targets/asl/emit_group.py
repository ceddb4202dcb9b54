"""`group` as its operations, in a Parallel state of one branch where the group is retried or caught."""

from __future__ import annotations

from specc.ir.ops import Group, Op
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.failures import guarded
from specc_targets.asl.scope import Scope
from specc_targets.asl.values import emit_yield


def emit_group(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the region of `op` and what it yields."""
    assert isinstance(op, Group)

    def write(outer: Scope, result: str, following: str) -> str:
        level = outer.level.enter(op)
        assert level is not None
        name = outer.state(op.name)
        project = emitter.projections.result(outer.path(op.name))

        def finish(inner: Scope) -> str:
            return emit_yield(
                emitter,
                inner,
                result,
                following,
                owner=op.name,
                name=f"{name}-yield",
                step=outer.title(op.name),
                project=project,
            )

        return emitter.region(outer.inside(level=level), finish)

    return guarded(emitter, op, scope, target, after, write)
