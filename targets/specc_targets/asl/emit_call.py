"""`task.call` as a Task."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from specc.ir.ops import AwsTask, CallTask, Op
from specc_targets.asl.emit_job import write_hosted
from specc_targets.asl.emitter import DEFAULT_TIMEOUT, Emitter
from specc_targets.asl.failures import catchers, known_errors, retriers
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, template
from specc_targets.aws.containers import is_hosted


def emit_call(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the Task that calls the function of `op`."""
    return write_call(emitter, op, scope, target, after)


def write_call(
    emitter: Emitter,
    op: Op,
    scope: Scope,
    target: str | None,
    after: str,
    *,
    address: str | None = None,
    name: str | None = None,
    catch: Sequence[Json] | None = None,
) -> str:
    """The same; with `address` the handler keeps the result there and answers with nothing.

    `name` of the state and `catch` are for a call that is only one way of doing what the step does.
    """
    assert isinstance(op, CallTask)
    if address is not None and isinstance(op, AwsTask):
        emitter.by_function.setdefault(op.origin, "it keeps the result of each item")
    if is_hosted(op):
        return write_hosted(emitter, op, scope, target, after, address=address)
    fields: dict[str, Json] = {"call": str(op.function), "with": template(op.arguments.raw)}
    if op.codec is not None:
        fields["codec"] = op.codec
    if address is not None:
        fields |= {"address": expression(address), "store": "address"}
    if catch is None:
        catch = catchers(emitter, op, scope, target, after) if target is not None else ()
    return emitter.call(
        name or scope.state(op.name),
        "call",
        scope,
        fields,
        step=scope.title(op.name),
        templates=[op.arguments],
        target=target,
        profile=op.compute.profile,
        timeout=call_timeout(op),
        errors=known_errors(op, scope),
        project=emitter.projections.result(scope.path(op.name)),
        retry=retriers(emitter, op, scope),
        catch=catch,
        after=after,
    )


def call_timeout(op: CallTask) -> int:
    """Whole seconds for one attempt."""
    limits = [limit for limit in (op.timeout, op.compute.timeout) if limit is not None]
    return max(1, ceil(min(limits))) if limits else DEFAULT_TIMEOUT
