"""The target `asl`: a state machine for Step Functions, and the functions it calls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.ir.ops import TASKS, Approve, AwsTask, Group, Loop, Map, Op, SubPipeline, Wait
from specc.passes import InternalError
from specc.passes.base import Context
from specc_targets.asl.child_limits import check_children
from specc_targets.asl.emit_approve import emit_approve
from specc_targets.asl.emit_aws import emit_aws, report_by_function
from specc_targets.asl.emit_call import emit_call
from specc_targets.asl.emit_group import emit_group
from specc_targets.asl.emit_loop import emit_loop
from specc_targets.asl.emit_map import emit_map
from specc_targets.asl.emit_sub_pipeline import emit_sub_pipeline
from specc_targets.asl.emit_wait import emit_wait
from specc_targets.asl.emitter import EmitOp, Emitter, TooManyStatesError
from specc_targets.asl.error_classes import ErrorClasses
from specc_targets.asl.functions import container_list, functions, service_profile
from specc_targets.asl.legalize import legalize
from specc_targets.asl.liveness import Liveness
from specc_targets.asl.machine import write_machine
from specc_targets.asl.machine_limits import MAX_DEFINITION, check_size, report_too_many_states
from specc_targets.asl.projections import Projections
from specc_targets.asl.pruning import prune
from specc_targets.asl.skips import Skips
from specc_targets.asl.sub_machines import SubMachine, sub_machines
from specc_targets.asl.text import Json
from specc_targets.asl.thresholds import set_thresholds
from specc_targets.asl.verifier import verify_machine
from specc_targets.aws.names import Names
from specc_targets.json_text import indented

if TYPE_CHECKING:
    from specc.introspection import ModuleReader

EMITTERS: Mapping[type[Op], EmitOp] = {
    **dict.fromkeys(TASKS, emit_call),
    AwsTask: emit_aws,
    Wait: emit_wait,
    Approve: emit_approve,
    Group: emit_group,
    SubPipeline: emit_sub_pipeline,
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
        """The machine, those of specs that steps run in `machines/`, `functions.json`, and `containers.json`.

        The last is there where Batch or ECS run steps. Reports SPC359, SPC410 and SPC425.
        """
        found = verified(context, module)
        if found is None:
            return {}
        (_, own), *others = found.items()
        files = {
            PurePosixPath("state-machine.asl.json"): text(own),
            **{PurePosixPath("machines", f"{name}.asl.json"): text(definition) for name, definition in others},
            PurePosixPath("functions.json"): _pretty(functions(module)),
        }
        containers = container_list(module)
        return {**files, PurePosixPath("containers.json"): _pretty(containers)} if containers else files


def verified(context: Context, module: Module) -> dict[str, dict[str, Json]] | None:
    """The definitions of the machines of a legalized module by name, verified; the module's own is the first.

    None when the sink says why there are none. Reports SPC359, SPC410 and SPC425.
    """
    others = sub_machines(module)
    own = SubMachine(Names.of(module).machine, module, frozenset())
    found = {item.name: _verified(context, item, others, service_profile(module)) for item in (own, *others)}
    complete = {name: definition for name, definition in found.items() if definition is not None}
    return None if context.sink.failed or len(complete) < len(found) else complete


def _verified(context: Context, part: SubMachine, others: Sequence[SubMachine], service: str) -> dict[str, Json] | None:
    try:
        definition = _definition(part, others, service, context.modules, context.sink)
    except TooManyStatesError:
        report_too_many_states(context.sink)
        return None
    faults = verify_machine(definition)
    if faults:
        raise InternalError("the emitted machine is wrong: " + "; ".join(faults[:5]))
    set_thresholds(context.sink, part.module, definition)
    check_size(context.sink, definition)
    check_children(context.sink, part.module, definition)
    return definition


def machine(module: Module, modules: ModuleReader | None = None, sink: Sink | None = None) -> dict[str, Json]:
    """The definition of the machine of a legalized module; `modules` tells of the user's error classes.

    With a `sink`, reports SDK calls that functions make (SPC359).
    """
    own = SubMachine(Names.of(module).machine, module, frozenset())
    return _definition(own, sub_machines(module), service_profile(module), modules, sink)


def _definition(
    part: SubMachine, others: Sequence[SubMachine], service: str, modules: ModuleReader | None, sink: Sink | None
) -> dict[str, Json]:
    module = part.module
    skips = Skips(module)
    emitter = Emitter(
        module=module,
        table=EMITTERS,
        skips=skips,
        projections=Projections(module),
        liveness=Liveness(module, skips),
        service_profile=service,
        classes=ErrorClasses.of(module, modules),
        machines=others,
        errors=tuple(sorted(part.errors)),
    )
    definition = write_machine(emitter)
    if sink is not None:
        report_by_function(sink, emitter)
    prune(definition)
    return definition


def text(definition: Mapping[str, Json]) -> bytes:
    """A definition as text: indented, unless that makes it larger than Step Functions takes."""
    pretty = _pretty(definition)
    return pretty if len(pretty) <= MAX_DEFINITION else _compact(definition)


def _pretty(value: object) -> bytes:
    return (indented(value, 2) + "\n").encode()


def _compact(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
