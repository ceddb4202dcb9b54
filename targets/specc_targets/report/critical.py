"""The critical path: the chain of steps that decided how long the run took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specc_targets.report.tree import Step, Tree

_SLACK = 1e-3
"""Seconds by which clocks of different records may differ."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one step adds to the duration."""

    step: Step
    start: float
    end: float
    waited: float
    """Seconds between the end of what it waited for and its own beginning."""


def critical_path(tree: Tree) -> list[Stretch]:
    """The stretches in order of time. They do not overlap."""
    before: dict[str, list[str]] = {}
    for link in tree.links:
        before.setdefault(link.target, []).append(link.source)
    body = [root for root in tree.roots if root.kind != "section"]
    sections = [root for root in tree.roots if root.kind == "section"]
    chain = _chain(body, before) + [step for section in sections for step in _chain(section.children, before)]
    found: list[Stretch] = []
    for step in chain:
        start, waited = step.start, 0.0
        if found:
            start = max(start, found[-1].end)
            waited = max(0.0, step.start - found[-1].end)
        if step.end > start or not found:
            found.append(Stretch(step, start, max(step.end, start), waited))
    return found


def _chain(steps: Sequence[Step], before: dict[str, list[str]]) -> list[Step]:
    """Steps of one region from the first to the last that ended, each the last that the next one waited for."""
    known = {step.key: step for step in steps if step.start}
    if not known:
        return []
    current: Step | None = max(known.values(), key=lambda step: (step.end, step.start))
    found: list[Step] = []
    seen: set[str] = set()
    while current is not None and current.key not in seen:
        seen.add(current.key)
        inner = _chain(current.children, before) if current.kind in ("group", "section") and not current.many else []
        found[:0] = inner or [current]
        waited_for = [known[key] for key in before.get(current.key, ()) if key in known]
        earlier = [step for step in waited_for if step.end <= current.start + _SLACK] or waited_for
        current = max(earlier, key=lambda step: step.end, default=None)
    return found
