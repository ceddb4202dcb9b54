"""Limits of Step Functions on the children of distributed maps, and on how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.diagnostics import Label, Severity, Sink
from specc.ir.module import Module
from specc_targets.asl.bounds import Execution, events, is_distributed, is_express
from specc_targets.asl.history import MAX_EVENTS
from specc_targets.asl.item_counts import Items, Titles, map_sizes, map_states

MAX_ITEMS = 100_000_000
"""Items of a distributed map (Step Functions quotas)."""


def check_children(sink: Sink, module: Module, definition: Mapping[str, Any]) -> None:
    """Report SPC431 and SPC432. Maps whose size nothing tells count as one item."""
    maps = [(name, state) for name, state in map_states(definition) if is_distributed(state)]
    if not maps:
        return
    titles = Titles(module)
    sizes = map_sizes(module, definition, Items())
    iterations = {name: size.iterations for name, size in sizes.items()}
    execution = Execution(definition, iterations)
    weigh = events(iterations)
    for name, state in maps:
        op = titles.maps.get(sizes[name].step)
        if op is None:
            continue
        found = 0 if is_express(state) else int(execution.child(state, weigh)) + 2
        if found > MAX_EVENTS:
            sink.report(
                "SPC431",
                f"an item of step `{op.name}` writes up to {found:,} events; Step Functions stops it at {MAX_EVENTS:,}",
                Label(op.origin.key(), "each item is an execution with a history of its own"),
                severity=Severity.WARNING,
                help="let an item do less: lower `repeat.max`, or bound the lists inside with `maxItems`",
            )
        if sizes[name].items > MAX_ITEMS:
            sink.report(
                "SPC432",
                f"step `{op.name}` has up to {sizes[name].items:,} items; Step Functions takes {MAX_ITEMS:,}",
                Label(op.origin.child("each"), "too many items for one map"),
                severity=Severity.WARNING,
                help="make a list of lists, and let each item be a part",
            )
