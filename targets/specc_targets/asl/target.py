"""The target `asl`: a state machine for Step Functions, and the functions it calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.ir.ops import TASKS, Approve, AwsTask, Group, Loop, Map, Op, Wait
from specc.passes import InternalError
from specc.passes.base import Context
from specc_targets.asl.emit_aws import emit_aws, report_by_function
from specc_targets.asl.emit_approve import emit_approve
from specc_targets.asl.emit_call import emit_call
from specc_targets.asl.emit_group import emit_group
from specc_targets.asl.emit_loop import emit_loop
from specc_targets.asl.emit_map import emit_map
from specc_targets.asl.emit_wait import emit_wait
from specc_targets.asl.emitter import EmitOp, Emitter, TooManyStatesError
from specc_targets.asl.error_classes import ErrorClasses
from specc_targets.asl.functions import functions, service_profile
from specc_targets.asl.legalize import legalize
from specc_targets.asl.liveness import Liveness
from specc_targets.asl.machine import write_machine
from specc_targets.asl.machine_limits import MAX_DEFINITION, check_size, report_too_many_states
from specc_targets.asl.projections import Projections
from specc_targets.asl.pruning import prune
from specc_targets.asl.skips import Skips
from specc_targets.asl.text import Json
from specc_targets.asl.thresholds import set_thresholds
from specc_targets.asl.verifier import verify_machine
from specc_targets.json_text import indented

if TYPE_CHECKING:
    from specc.introspection import ModuleReader

EMITTERS: Mapping[type[Op], EmitOp] = {
    **dict.fromkeys(TASKS, emit_call),
    AwsTask: emit_aws,
    Wait: emit_wait,
    Approve: emit_approve,
    Group: emit_group,
    Map: emit_map,
    Loop: emit_loop,
}
"""What writes each operation."""


class AslTarget:
    """Compiles to Amazon States Language with JSONata."""

    name: ClassVar[str] = "asl"

    def legalize(self, context: Context, module: Module) -> Module:
        """The module with every map's mode chosen. Reports SPC404 to SPC424, and SPC426."""
        return legalize(context, module)

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """`state-machine.asl.json` and `functions.json`. Reports SPC410 and SPC425."""
        definition = verified(context, module)
        if definition is None:
            return {}
        return {
            PurePosixPath("state-machine.asl.json"): text(definition),
            PurePosixPath("functions.json"): _pretty(functions(module)),
        }


def verified(context: Context, module: Module) -> dict[str, Json] | None:
    """The definition of the machine of a legalized module, verified; None when the sink says why there is none.

    Reports SPC410 and SPC425.
    """
    try:
        definition = machine(module, context.modules, context.sink)
    except TooManyStatesError:
        report_too_many_states(context.sink)
        return None
    faults = verify_machine(definition)
    if faults:
        raise InternalError("the emitted machine is wrong: " + "; ".join(faults[:5]))
    set_thresholds(context.sink, module, definition)
    check_size(context.sink, definition)
    return None if context.sink.failed else definition


def machine(module: Module, modules: ModuleReader | None = None, sink: Sink | None = None) -> dict[str, Json]:
    """The definition of the machine of a legalized module; `modules` tells of the user's error classes.

    With a `sink`, reports SDK calls that functions make (SPC359).
    """
    skips = Skips(module)
    emitter = Emitter(
        module=module,
        table=EMITTERS,
        skips=skips,
        projections=Projections(module),
        liveness=Liveness(module, skips),
        service_profile=service_profile(module),
        classes=ErrorClasses.of(module, modules),
    )
    definition = write_machine(emitter)
    if sink is not None:
        report_by_function(sink, emitter)
    prune(definition)
    return definition


def text(definition: dict[str, Json]) -> bytes:
    """A definition as text: indented, unless that makes it larger than Step Functions takes."""
    pretty = _pretty(definition)
    return pretty if len(pretty) <= MAX_DEFINITION else _compact(definition)


def _pretty(value: Json) -> bytes:
    return (indented(value, 2) + "\n").encode()


def _compact(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
