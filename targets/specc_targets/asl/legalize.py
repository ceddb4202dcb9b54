"""A module in the form that a state machine can express."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.ir.ops import Op, SubPipeline
from specc.ir.region import Region
from specc.passes.base import Context
from specc.passes.regions import map_regions
from specc_targets.asl.hosted import check_hosted
from specc_targets.asl.limits import check_steps
from specc_targets.asl.local_keys import check_local_keys
from specc_targets.asl.machine_limits import check_barriers, check_history
from specc_targets.asl.map_modes import choose_modes
from specc_targets.asl.matchable import check_matchable
from specc_targets.asl.parameters import check_parameters


def legalize(context: Context, module: Module) -> Module:
    """Choose how each map runs; report what Step Functions cannot do, and what it does otherwise."""
    return legalize_with(context.sink, module)


def _with_others(sink: Sink, module: Module, region: Region) -> Region:
    """The region with the specs that its steps run legalized, as parts of this one's deployment."""

    def other(op: Op) -> Op:
        if not isinstance(op, SubPipeline):
            return op
        place = replace(module.deployment, spec=module.deployment.spec or module.name)
        return replace(op, module=legalize_with(sink, replace(op.module, deployment=place)))

    if not any(isinstance(op, SubPipeline) for op in (*region.ops, *region.handlers)):
        return region
    return replace(region, ops=tuple(map(other, region.ops)), handlers=tuple(map(other, region.handlers)))


def legalize_with(sink: Sink, module: Module) -> Module:
    """The same, for a module that has no spec around it."""
    module = map_regions(module, lambda region: _with_others(sink, module, region))
    check_steps(sink, module)
    check_hosted(sink, module)
    check_matchable(sink, module)
    check_local_keys(sink, module)
    check_parameters(sink, module)
    module = choose_modes(sink, module)
    check_history(sink, module)
    check_barriers(sink, module)
    return module
