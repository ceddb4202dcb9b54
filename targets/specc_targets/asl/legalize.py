"""A module in the form that a state machine can express."""

from __future__ import annotations

from specc.ir.module import Module
from specc.passes.base import Context
from specc_targets.asl.limits import check_steps
from specc_targets.asl.machine_limits import check_barriers, check_history
from specc_targets.asl.map_modes import choose_modes
from specc_targets.asl.parameters import check_parameters


def legalize(context: Context, module: Module) -> Module:
    """Choose how each map runs; report what Step Functions cannot do, and what it does otherwise."""
    check_steps(context.sink, module)
    check_parameters(context.sink, module)
    module = choose_modes(context.sink, module)
    check_history(context.sink, module)
    check_barriers(context.sink, module)
    return module
