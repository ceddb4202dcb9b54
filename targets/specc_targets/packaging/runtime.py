"""The runtime of specc, as it is shipped: without what only local runs need."""

from __future__ import annotations

from pathlib import Path

import specc_runtime
from specc_targets.packaging.items import Item

LEFT_OUT = ("workers", "testing")
"""Packages and modules that no part of the runtime that is shipped imports: warm processes and mocks of local runs."""


def runtime_items() -> list[Item]:
    """Every file of the runtime that is shipped."""
    root = Path(specc_runtime.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        place = path.relative_to(root)
        if place.parts[0].removesuffix(".py") not in LEFT_OUT:
            found.append(Item(f"specc_runtime/{place.as_posix()}", path, "runtime", "runs the steps"))
    return found
