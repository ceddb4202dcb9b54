"""Checks emitted machines for what no schema catches. A fault is a bug of the emitter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def verify_machine(definition: Mapping[str, Any]) -> list[str]:
    """The faults of a definition; empty when there are none."""
    return []
