"""How many events an execution writes into its history: Step Functions stops one at 25,000."""

from __future__ import annotations

from specc.ir.module import Module
from specc.ir.ops import AwsTask, CallTask, Group, Loop, Map, Op, Recoverable
from specc.ir.region import Region
from specc_runtime.expressions import Template
from specc_runtime.expressions.references import static_path
from specc_runtime.expressions.tree import Call, ListLiteral, Literal
from specc_runtime.jobs import ARRAY_LIMIT
from specc_targets.aws.containers import is_hosted

MAX_EVENTS = 25_000
"""Events in the history of one execution (Step Functions quotas)."""
TASK, STATE, PARALLEL, ITERATION = 5, 2, 4, 2
HOSTED = 2 * TASK + 6
ARRAY = ITERATION + 4 * STATE + TASK + 1
"""Events of a Task (entered, scheduled, started, succeeded, exited), of a Pass or Choice, of a Parallel or Map, and of
one iteration of an inline Map; of what a container does, between two Tasks; of
an array of jobs."""


def region_events(region: Region, bounds: Bounds) -> int:
    """Events of one run of a region, at most, as far as bounds are known."""
    return sum(op_events(op, bounds) for op in region.ops)


def op_events(op: Op, bounds: Bounds) -> int:
    """Events of one operation, at most: every test, every iteration; no retries. Maps of unknown length count once."""
    found = STATE if op.when is not None else 0
    if isinstance(op, AwsTask):
        return found + 2 * TASK + 2 * STATE  # what it is given and what it gives is looked at; a function may ask again
    if isinstance(op, CallTask):
        return found + (HOSTED + _wrapped(op) if is_hosted(op) else TASK)
    if isinstance(op, Group):
        return found + _wrapped(op) + STATE + region_events(op.body, bounds)
    if isinstance(op, Loop):
        return found + _wrapped(op) + 3 * STATE + op.max * (STATE + region_events(op.body, bounds))
    if isinstance(op, Map):
        found += 2 * TASK + PARALLEL
        if op.mode == "distributed":
            return found + STATE
        if op.mode == "array":
            return found + TASK + -(-(bounds.of(op) or 1) // ARRAY_LIMIT) * ARRAY
        return found + (bounds.of(op) or 1) * iteration_events(op, bounds)
    return found + STATE


def iteration_events(op: Map, bounds: Bounds) -> int:
    """Events of one iteration of a map."""
    recorded = PARALLEL if op.tolerance is not None else 0
    return ITERATION + STATE + TASK + recorded + region_events(op.body, bounds)


def _wrapped(op: Recoverable) -> int:
    return PARALLEL if op.retry is not None or op.catches else 0


class Bounds:
    """How many iterations a map has at most, where the spec alone tells."""

    def __init__(self, module: Module) -> None:
        self._parameters = {item.name: item.schema.get("maxItems") for item in module.parameters}

    def of(self, op: Map) -> int | None:
        """The most iterations of `op`, or None when nothing bounds it."""
        found = [bound for _, template in op.sources if (bound := self._length(template)) is not None]
        if not found:
            return None
        return -(-min(found) // (op.batch or 1))

    def _length(self, template: Template) -> int | None:
        if template.is_constant:
            value = template.evaluate({})
            return len(value) if isinstance(value, list) else None
        if isinstance(template.raw, list):
            return len(template.raw)
        found = template.expression
        if isinstance(found, ListLiteral):
            return len(found.items)
        if isinstance(found, Call) and found.function == "range":
            numbers = [item.value for item in found.arguments if isinstance(item, Literal)]
            if len(numbers) == len(found.arguments) and all(type(number) is int for number in numbers):
                return len(range(*numbers))  # type: ignore[arg-type]  # just made sure
        path = static_path(found) if found is not None else None
        if path is not None and path[0].id == "params" and len(path[1]) == 1:
            bound = self._parameters.get(str(path[1][0]))
            return bound if isinstance(bound, int) else None
        return None
