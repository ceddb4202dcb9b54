"""How often steps were called, by the names that the spec gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.ir.region import Region
from specc.ir.walk import body_of

Path = tuple[str, ...]


def calls_by_step(module: Module, result: Any) -> Mapping[str, int]:
    """The calls of each step of the spec: `flap`, or `flock/flap` inside of a group.

    Engines count by their own paths, in which a step that only handles failures of items stands below their map.
    """
    counted: Mapping[str, int] = getattr(result, "calls", {})  # an engine need not count
    found: Counter[str] = Counter()
    for step, path in dict.fromkeys((*_calls(module.body, ()), *_calls(module.finally_, ()))):
        found[step] += counted.get("/".join(path), 0)
    return found


def _calls(region: Region, path: Path) -> Iterator[tuple[str, Path]]:
    """Every call: the step in the spec, and the path in the engine."""
    for op in (*region.ops, *region.handlers):
        own = path if path and path[-1] == op.name else (*path, op.name)
        if isinstance(op, CallTask):
            yield "/".join(map(str, op.origin.path[1::2])), own
        body = body_of(op)
        if body is not None:
            yield from _calls(body, own)
