"""Which steps a resource is there for."""

from __future__ import annotations

from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.ir.walk import every_operation


def steps_by_profile(module: Module) -> dict[str, tuple[str, ...]]:
    """Compute profile -> names of the steps that run on it, in the order of the spec."""
    found: dict[str, dict[str, None]] = {}
    for op in every_operation(module):
        if isinstance(op, CallTask):
            found.setdefault(op.compute.profile, {})[op.name] = None
    return {profile: tuple(names) for profile, names in found.items()}
