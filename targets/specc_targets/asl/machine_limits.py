"""Limits of Step Functions on a machine as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from specc.diagnostics import ROOT, Label, Place, Severity, Sink
from specc.ir.module import Module
from specc.ir.ops import Loop, Op
from specc_targets.asl.history import MAX_EVENTS, Bounds, op_events
from specc_targets.asl.lexical import levels
from specc_targets.asl.regions import Barrier, form_region
from specc_targets.asl.text import Json

MAX_DEFINITION = 1_000_000
"""Bytes of a definition (Step Functions quotas: 1 MB)."""
_SHOWN = 5


def check_history(sink: Sink, module: Module) -> None:
    """Report SPC415 when a run may write more events than a history holds."""
    bounds = Bounds(module)
    ops = [*module.body.ops, *module.finally_.ops]
    counted = sorted(((op_events(op, bounds), op) for op in ops), key=lambda item: -item[0])
    total = sum(events for events, _ in counted)
    if total <= MAX_EVENTS:
        return
    sure = sum(events for events, op in counted if not _may_be_shorter(op))
    labels = [Label(op.origin.key(), f"up to {events:,} events") for events, op in counted[:3]]
    sink.report(
        "SPC415",
        f"a run writes up to {total:,} events; Step Functions stops it at {MAX_EVENTS:,}",
        *labels,
        severity=Severity.ERROR if sure > MAX_EVENTS else Severity.WARNING,
        help="repeat steps with `each` instead of writing them out, or lower `repeat.max`",
    )


def _may_be_shorter(op: Op) -> bool:
    return op.when is not None or isinstance(op, Loop)


def check_barriers(sink: Sink, module: Module) -> None:
    """Report SPC416 where steps wait for steps that they do not need."""
    for level in levels(module):
        barriers = form_region(level.region).barriers
        for barrier in sorted(barriers, key=lambda item: -item.cost)[:_SHOWN]:
            _barrier(sink, barrier, {op.name: op for op in level.region.ops})
        rest = sum(item.cost for item in sorted(barriers, key=lambda item: -item.cost)[_SHOWN:])
        if rest:
            sink.report(
                "SPC416",
                f"{len(barriers) - _SHOWN} more barriers make {rest:,} pairs of steps wait for each other",
                Label(level.owner.origin if level.owner is not None else Place(("steps",), "key"), "in this graph"),
                severity=Severity.HINT,
            )


def _barrier(sink: Sink, barrier: Barrier, ops: Mapping[str, Op]) -> None:
    first, second = barrier.added[0]
    more = f", and {barrier.cost - 1} more pairs of steps likewise" if barrier.cost > 1 else ""
    sink.report(
        "SPC416",
        f"on Step Functions `{second}` also waits for `{first}`, which it does not use{more}",
        Label(ops[second].origin.key(), f"waits for `{first}`"),
        Label(ops[first].origin.key(), "runs first"),
        severity=Severity.HINT,
        help=f"put `{first}` and what uses it into a group, if `{second}` must start early",
        notes=["a state machine has sequences and parallels only; this graph is neither, so a barrier was added"],
    )


def check_size(sink: Sink, definition: Mapping[str, Json]) -> None:
    """Report SPC410 when the definition is too large."""
    size = _size(definition)
    if size <= MAX_DEFINITION:
        return
    sizes = sorted(_parts(definition), reverse=True)
    largest = ", ".join(f"`{name}` ({part:,} bytes)" for part, name in sizes[:3])
    sink.report(
        "SPC410",
        f"the state machine has {size:,} bytes; Step Functions allows {MAX_DEFINITION:,}",
        Label(ROOT.child("steps").key(), "compiled from these steps"),
        help=[f"the largest states are {largest}", "replace repeated steps by a step with `each`"],
    )


def report_too_many_states(sink: Sink) -> None:
    """Report SPC410 for a machine that was not even written to its end."""
    sink.report(
        "SPC410",
        f"the state machine has more than 100,000 states; Step Functions allows {MAX_DEFINITION:,} bytes",
        Label(ROOT.child("steps").key(), "compiled from these steps"),
        help="let fewer steps be run by `on_error`: each stands in the machine once for each way to it",
    )


def _parts(definition: Mapping[str, Json]) -> Iterator[tuple[int, str]]:
    """Sizes of the states without the states inside them."""
    waiting = [definition]
    while waiting:
        states = waiting.pop().get("States")
        assert isinstance(states, dict)
        for name, state in states.items():
            assert isinstance(state, dict)
            branches = state.get("Branches")
            inner = [*(branches if isinstance(branches, list) else ()), state.get("ItemProcessor")]
            waiting.extend(item for item in inner if isinstance(item, dict))
            yield _size({key: value for key, value in state.items() if key not in ("Branches", "ItemProcessor")}), name


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
