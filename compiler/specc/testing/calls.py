"""How often steps were called, by the names that the spec gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from specc.ir.calls import calls_of
from specc.ir.module import Module


def calls_by_step(module: Module, result: Any) -> Mapping[str, int]:
    """The calls of each step of the spec: `flap`, or `flock/flap` inside of a group or another spec.

    Engines count by their own paths, in which a step that only handles failures of items stands below their map.
    """
    counted: Mapping[str, int] = getattr(result, "calls", {})  # an engine need not count
    found: Counter[str] = Counter()
    for step, path in dict.fromkeys(calls_of(module)):
        found[step] += counted.get("/".join(path), 0)
    return found
