"""What a call gives to its function, against what the function takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.diagnostics import Fix, Label, Place, Severity, Sink, closest
from specc.expressions.types import ANY, ListType, Type, assignable
from specc.introspection import Callable, Parameter, Signature
from specc.passes.call_labels import at, rename
from specc_runtime.expressions import Template

if TYPE_CHECKING:
    from specc.ir.ops import CallTask, Map


@dataclass(frozen=True, slots=True)
class CallArguments:
    """Reports what does not fit between a step and its function."""

    sink: Sink

    def check_arguments(self, op: CallTask, found: Callable, types: Mapping[str, Type]) -> None:
        """Report parameters that do not exist, are missing, or get what they cannot take (SPC338-SPC341)."""
        signature = found.signature
        raw = op.arguments.raw
        if signature is None or not isinstance(raw, dict):
            return
        place = op.origin.child("with")
        for name, value in raw.items():
            parameter = signature.by_name.get(name)
            if parameter is None:
                if not signature.any_keyword:
                    self._unknown(op, name, place, found, signature, raw)
            elif parameter.kind == "positional":
                self._report(
                    signature,
                    "SPC340",
                    f"parameter `{name}` of `{op.function}` cannot be given by name",
                    Label(place.child(name).key(), "only by position"),
                    *at(parameter.span, "before the `/`"),
                    help="steps give every argument by name: take the `/` out of the function's parameters",
                )
            else:
                self._value(op, parameter, value, types.get(name, ANY), signature)
        missing = [item for item in signature.parameters if item.required and item.name not in raw]
        if missing:
            self._missing(op, missing, found, signature)

    def _unknown(
        self, op: CallTask, name: str, place: Place, found: Callable, signature: Signature, raw: Mapping[str, object]
    ) -> None:
        free = [item.name for item in signature.parameters if item.name not in raw]
        near = closest(name, free)
        listed = ", ".join(f"`{item.name}`" for item in signature.parameters[:10])
        self._report(
            signature,
            "SPC338",
            f"`{op.function}` has no parameter `{name}`",
            Label(place.child(name).key(), "no parameter of this name"),
            *at(
                signature.by_name[near].span or found.span if near else found.span,
                f"`{near}` is here" if near else "defined here",
            ),
            help=f"did you mean `{near}`?" if near else f"it takes {listed}" if listed else "it takes no parameters",
            fix=rename(place.child(name).key(), near) if near else None,
        )

    def _missing(self, op: CallTask, missing: list[Parameter], found: Callable, signature: Signature) -> None:
        names = " and ".join(f"`{item.name}`" for item in missing[:5]) + (" and others" if len(missing) > 5 else "")
        plural = "s" if len(missing) > 1 else ""
        if any(item.kind == "positional" for item in missing):
            advice = "steps give every argument by name: take the `/` out of the function's parameters"
        else:
            advice = f"add `with.{missing[0].name} = ...` to step `{op.name}`"
        self._report(
            signature,
            "SPC339",
            f"`{op.function}` needs the parameter{plural} {names}",
            Label(op.origin.child("call"), f"called without {names}"),
            *at(missing[0].span or found.span, "required here"),
            help=advice,
        )

    def _value(self, op: CallTask, parameter: Parameter, value: object, kind: Type, signature: Signature) -> None:
        place = op.origin.child("with", parameter.name)
        template = Template(value)  # type: ignore[arg-type]  # arguments are JSON
        if parameter.choices and template.is_constant:
            if not any(value == choice and type(value) is type(choice) for choice in parameter.choices):
                listed = ", ".join(f"`{_shown(choice)}`" for choice in parameter.choices[:10])
                near = (
                    closest(value, [item for item in parameter.choices if isinstance(item, str)])
                    if isinstance(value, str)
                    else None
                )
                self._report(
                    signature,
                    "SPC341",
                    f"parameter `{parameter.name}` of `{op.function}` cannot be `{_shown(value)[:60]}`",
                    Label(place, "not one of its values"),
                    *at(parameter.span, "declared here"),
                    help=f"did you mean `{near}`?" if near else f"its values are {listed}",
                )
            return
        if assignable(kind, parameter.type) is not False:
            return
        self._report(
            signature,
            "SPC341",
            f"parameter `{parameter.name}` of `{op.function}` takes {parameter.type}, but it is given {kind}",
            Label(place, f"this is {kind}"),
            *at(parameter.span, f"declared as {parameter.type}"),
            help=_conversion(kind, parameter.type),
        )

    def check_returns(self, op: CallTask, found: Callable) -> None:
        """Report a `returns` that contradicts the function's annotation (SPC345)."""
        result = found.signature.result if found.signature is not None else ANY
        if op.result != ANY and assignable(result, op.result) is False:
            self.sink.report(
                "SPC345",
                f"step `{op.name}` says that it returns {op.result}, but `{op.function}` returns {result}",
                Label(op.origin.child("returns"), "declared here"),
                *at(found.span, f"annotated as {result}"),
                help="take `returns` away: the function's annotation is enough",
            )

    def batch_gives_no_list(self, op: Map, kind: Type) -> None:
        """Report a step with `batch` whose action does not give a list (SPC344)."""
        self.sink.report(
            "SPC344",
            f"step `{op.name}` works on batches, but what it runs gives {kind} for a batch",
            Label(op.origin.child("batch").key(), "hands over a list of items at a time"),
            help="return a list with one result for each item, or take `batch` away",
        )

    def not_a_list(self, op: Map, name: str, kind: Type) -> None:
        """Report an `each` over something that is no list (SPC343)."""
        self.sink.report(
            "SPC343",
            f"step `{op.name}` fans out over `{name}`, which is {kind} and no list",
            Label(op.origin.child("each", name), f"this is {kind}"),
            help="`each` takes a list, and runs the step once for every item in it",
        )

    def _report(
        self,
        signature: Signature,
        code: str,
        message: str,
        *labels: Label,
        help: str | tuple[str, ...],
        fix: Fix | None = None,
    ) -> None:
        doubtful = signature.doubtful
        notes = (
            [f"the decorator `@{doubtful}` may change the parameters, so this is only a warning"] if doubtful else []
        )
        severity = Severity.WARNING if doubtful else Severity.ERROR
        self.sink.report(code, message, *labels, severity=severity, help=help, notes=notes, fix=fix)


def _conversion(source: Type, target: Type) -> tuple[str, ...]:
    if (
        str(target).startswith("list of")
        and assignable(source, target.item if isinstance(target, ListType) else ANY) is not False
    ):
        return ("for a list of one item write `[...]` around it",)
    return ()


def _shown(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
