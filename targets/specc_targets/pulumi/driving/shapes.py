"""What the engine means to do, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from specc_targets.pulumi.driving.events import PLANNED, Change, shown

_SIGNS: Mapping[str, str] = {"create": "+", "update": "~", "delete": "-", "replace": "±", "import": "="}


def planned(changes: Sequence[Change]) -> list[Change]:
    """What is to be done: each resource once, a replacement as such."""
    replaced = {change.urn for change in changes if change.op == "replace"}
    return [
        change for change in changes if change.op in PLANNED and (change.urn not in replaced or change.op == "replace")
    ]


def preview_text(stack: str, place: str, changes: Sequence[Change], steps: Mapping[str, Sequence[str]]) -> str:
    """A line for each resource that changes, and how many stay as they are."""
    todo = planned(changes)
    counts = Counter(change.op for change in todo)
    said = ", ".join(f"{counts[op]} to {op}" for op in PLANNED if counts[op]) or "nothing to do"
    same = sum(change.op == "same" for change in changes)
    lines = [f"{stack} at {place}: {said}" + (f", {same} as they are" if same and todo else "")]
    for change in todo:
        where = f": {', '.join(change.keys[:5])}" if change.keys and change.op != "create" else ""
        lines.append(f"  {_SIGNS[change.op]} {change.op} {shown(change.name, steps)}{where}")
    return "\n".join(lines)
