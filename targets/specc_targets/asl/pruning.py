"""Variables that nothing reads are not kept: an execution holds 10 MiB of them (Step Functions quotas)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


def prune(definition: dict[str, Any]) -> None:
    """Remove assignments of variables that no expression of the definition names. Names are unique in a machine."""
    read = {name for text in _expressions(definition) for name in _VARIABLE.findall(text)}
    waiting: list[Any] = [definition]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
            continue
        if not isinstance(value, dict):
            continue
        if _assigns(value):
            kept = {name: item for name, item in value["Assign"].items() if name in read}
            if kept:
                value["Assign"] = kept
            else:
                del value["Assign"]
        waiting.extend(item for key, item in value.items() if key not in ("Arguments", "Assign", "Output"))


def _assigns(value: dict[str, Any]) -> bool:
    """Whether `value` is a state, a rule or a catcher that assigns."""
    return isinstance(value.get("Assign"), dict) and not value.keys().isdisjoint(("Type", "Next", "Condition"))


def _expressions(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if item.startswith("{%"):
                yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
