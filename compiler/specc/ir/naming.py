"""Rules about the names of steps and items that lowering follows, and whoever renames them must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RESERVED_ITEMS = frozenset(
    {"params", "env", "run", "stack", "matrix", "steps", "last", "error", "secrets", "item", "true", "false", "null"}
)
"""What an item of `each` cannot be called: names of the language."""


def handlers_only(runs: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The steps that run only for the `on_error` of another; not those that only themselves or a circle name.

    `runs` has every step of one table, with the steps of that table which its `on_error` runs.
    """
    targets = {target for name, found in runs.items() for target in found if target != name}
    reached: set[str] = set()
    waiting = [name for name in runs if name not in targets]
    while waiting:
        for target in runs[waiting.pop()]:
            if target in targets and target not in reached:
                reached.add(target)
                waiting.append(target)
    return frozenset(reached)
