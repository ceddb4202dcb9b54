"""The action `pipeline`: another spec as one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from specc.diagnostics import Label, Place, Sink
from specc.expressions.check import infer_template
from specc.expressions.types import Field, ObjectType, Type
from specc.ir.module import Module, Output
from specc.ir.ops import CallTask, Op, SubPipeline
from specc.ir.policies import Compute
from specc.ir.region import Region
from specc.ir.scopes import Scope
from specc.lowering import policies
from specc_runtime.expressions import Template

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec, Step


class Others(Protocol):
    """Reads the other files that a spec names."""

    def text(self, path: str) -> str:
        """The text of a file, by its path from the package's root. Raises `Fault`."""

    def load(self, path: str, place: Place) -> Module | None:
        """The checked module of the spec at `path`; None, when it cannot be run, after reporting why."""


_NOTHING = Module(name="nothing")
"""Stands for a spec that cannot be run, which has been reported."""


def sub_pipeline(
    name: str, step: Step, origin: Place, model: PipelineSpec, others: Others | None, sink: Sink
) -> SubPipeline:
    """The operation of a step that runs another spec. Reports SPC367 and SPC368."""
    assert step.pipeline is not None
    place = origin.child("pipeline")
    found = others.load(step.pipeline, place) if others is not None else None
    outputs: tuple[Field, ...] = ()
    if found is not None:
        scope = Scope.of_body(found)
        outputs = tuple(Field(item.name, _type(item, scope)) for item in found.outputs)
        _check_environment(found, model, place, sink)
        found = _placed(found, place, model, sink)
    return SubPipeline(
        name=name,
        module=found or _NOTHING,
        arguments=Template(step.with_ or {}),
        result=ObjectType(outputs, open=found is None),
        origin=origin,
    )


def _type(output: Output, scope: Scope) -> Type:
    return infer_template(output.value, scope.environment(output.value), output.origin, Sink())


def _check_environment(found: Module, model: PipelineSpec, place: Place, sink: Sink) -> None:
    """Report names whose values differ: all that one run calls shares one environment (SPC368)."""
    own: Mapping[str, str] = {**(model.env or {}), **(model.secrets or {})}
    for name, value in (*found.environment, *found.secrets):
        if name in own and own[name] != value:
            block = "env" if name in (model.env or {}) else "secrets"
            sink.report(
                "SPC368",
                f"the spec `{found.name}` gives the variable `{name}` another value",
                Label(place, "run in the same environment"),
                Label(Place((block, name)).key(), "differs from this"),
                help="give both the same value, or rename one of them",
            )


def _placed(module: Module, place: Place, model: PipelineSpec, sink: Sink) -> Module:
    """A module whose parts stand where it is run, so that what is found out later is shown there.

    A compute profile that this spec has too, and means otherwise, is known by the other spec's name, too.
    """

    def region(found: Region) -> Region:
        return replace(found, ops=tuple(map(operation, found.ops)), handlers=tuple(map(operation, found.handlers)))

    def operation(op: Op) -> Op:
        if isinstance(op, CallTask):
            op = replace(op, compute=_profile(op.compute, module.name, model, place, sink))
        elif isinstance(op, SubPipeline):
            op = replace(op, module=_placed(op.module, place, model, sink))
        body = getattr(op, "body", None)
        if isinstance(body, Region):
            return replace(op, origin=place, body=region(body))  # type: ignore[call-arg]  # it has one
        return replace(op, origin=place)

    return replace(
        module,
        body=region(module.body),
        finally_=region(module.finally_),
        parameters=tuple(replace(item, origin=place) for item in module.parameters),
        outputs=tuple(replace(item, origin=place) for item in module.outputs),
    )


def _profile(compute: Compute, name: str, model: PipelineSpec, place: Place, sink: Sink) -> Compute:
    own = (model.compute or {}).get(compute.profile)
    if own is None:
        return compute
    known = policies.compute(compute.profile, model.compute or {}, place, sink)
    if (known, known.hosting) == (compute, compute.hosting):
        return compute
    return replace(compute, profile=f"{name}-{compute.profile}")
