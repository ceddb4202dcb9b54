"""What a step hands to another spec is held against that spec's parameters."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import Label, Sink, closest, rename
from specc.expressions.types import ANY, Type, assignable
from specc.ir.module import Parameter
from specc.ir.ops import SubPipeline
from specc_runtime.expressions import JsonValue, Template


def check_sub_pipeline(op: SubPipeline, types: Mapping[str, Type], sink: Sink) -> None:
    """Report arguments that are no parameter, that do not fit, and those that are missing (SPC369).

    `types` are those of the arguments, as far as they are known.
    """
    given = op.arguments.raw
    assert isinstance(given, dict)
    declared = {item.name: item for item in op.module.parameters}
    place = op.origin.child("with")
    for name, value in given.items():
        if name not in declared:
            near = closest(name, declared)
            sink.report(
                "SPC369",
                f"the spec `{op.module.name}` has no parameter `{name}`",
                Label(place.child(name).key(), "not declared there"),
                help=f"did you mean `{near}`?" if near else _known(declared),
                fix=rename(place.child(name).key(), near) if near and near not in given else None,
            )
            continue
        fault = _misfit(value, types.get(name, ANY), declared[name])
        if fault is not None:
            sink.report(
                "SPC369",
                f"the parameter `{name}` of `{op.module.name}` does not fit: {fault}",
                Label(place.child(name), "given here"),
            )
    missing = [item.name for item in declared.values() if item.required and item.name not in given]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        sink.report(
            "SPC369",
            f"the spec `{op.module.name}` needs {names}",
            Label((place if given else op.origin.child("pipeline")).key(), "not given"),
            help=f'add for example `with.{missing[0]} = "${{params.{missing[0]}}}"`',
        )


def _known(declared: Mapping[str, Parameter]) -> str:
    return f"it has {', '.join(f'`{name}`' for name in declared)}" if declared else "it has none"


def _misfit(value: JsonValue, kind: Type, parameter: Parameter) -> str | None:
    """Why a value, or what an expression gives, is none for a parameter; None where nothing is known against it."""
    from specc_runtime.parameters import faults

    template = Template(value)
    if template.is_constant:
        return next(faults(template.evaluate({}), parameter.schema, parameter.kind), None)
    return f"it is {kind}, not {parameter.type}" if assignable(kind, parameter.type) is False else None
