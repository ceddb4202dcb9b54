"""The kind `pipeline`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import ROOT, Sink
from specc.expressions.types import from_json_schema
from specc.ir.module import Module, Output, Parameter
from specc.ir.region import EMPTY
from specc.ir.tracking import UNTRACKED, Tracking
from specc.lowering.deployment import deployment
from specc.lowering.steps import StepLowering
from specc.lowering.sub_pipelines import Others
from specc.memory import Memory
from specc_runtime.expressions import JsonValue, Template

if TYPE_CHECKING:
    from specc_schemas import Parameter as ParameterModel
    from specc_schemas import PipelineSpec
    from specc_schemas.tracking import Tracking as TrackingModel

_TEXT_TYPES = ("path", "datetime", "duration")


def lower_pipeline(
    model: PipelineSpec, sink: Sink, stack: str = "", others: Others | None = None, memory: Memory | None = None
) -> Module:
    """The module of a pipeline spec, as it is in `stack`."""
    steps = StepLowering(model, sink, others, memory)
    package = model.package
    module = Module(
        name=model.name,
        kind="pipeline",
        description=model.description or "",
        parameters=tuple(_parameter(name, param) for name, param in (model.params or {}).items()),
        environment=tuple(sorted((name, str(_literal(value))) for name, value in (model.env or {}).items())),
        secrets=tuple(sorted((model.secrets or {}).items())),
        body=steps.region(model.steps or {}, ROOT.child("steps")),
        finally_=steps.region(model.finally_, ROOT.child("finally")) if model.finally_ else EMPTY,
        outputs=tuple(
            Output(name=name, value=Template(value), origin=ROOT.child("outputs", name))
            for name, value in (model.outputs or {}).items()
        ),
        package_root=(package.root if package is not None else None) or ".",
        deployment=deployment(model, stack),
        tracking=_tracking(model.tracking),
    )
    if model.tests:
        from specc.lowering.cases import check_tests

        check_tests(model, module, sink)
    return module


def _tracking(model: TrackingModel | None) -> Tracking:
    if model is None:
        return UNTRACKED
    return Tracking(mlflow=model.mlflow, experiment=model.experiment, tags=tuple(sorted((model.tags or {}).items())))


def _parameter(name: str, param: ParameterModel) -> Parameter:
    # Not `model_dump`: it would build a serializer, which takes longer than the rest of lowering a small spec.
    schema: dict[str, JsonValue] = {
        field.alias or key: getattr(param, key)
        for key, field in type(param).model_fields.items()
        if key in param.model_fields_set
    }
    default = schema.pop("default", None)
    required = "default" not in param.model_fields_set
    if param.type in _TEXT_TYPES:
        schema["type"] = "string"
    return Parameter(
        name=name,
        type=from_json_schema(schema),
        schema=schema,
        kind=param.type,
        required=required,
        default=_literal(default),
        origin=ROOT.child("params", name),
    )


def _literal(value: JsonValue) -> JsonValue:
    """A value that holds no expressions, with `$${` read as the `${` that it stands for."""
    template = Template(value)
    return template.evaluate({}) if template.is_constant else value  # an expression here has been reported
