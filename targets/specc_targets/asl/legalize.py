"""A module in the form that a state machine can express."""

from __future__ import annotations

from specc.ir.module import Module
from specc.passes.base import Context
from specc_targets.asl.map_modes import choose_modes


def legalize(context: Context, module: Module) -> Module:
    """Choose how each map runs; report what Step Functions cannot do."""
    return choose_modes(context.sink, module)
