"""What a call gives to its function, against what the function takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from specc.diagnostics import Edit, Fix, Label, Place, Severity, Sink, closest, rename
from specc.expressions.types import ANY, ListType, OpaqueType, Type, assignable, of_value
from specc.introspection import Callable, Parameter, Signature
from specc.ir.walk import MATRIX
from specc.passes.call_labels import at
from specc_runtime.expressions import Template

if TYPE_CHECKING:
    from specc.ir.ops import CallTask, Group, Map

NOTHING: Mapping[str, str] = MappingProxyType({})
_BY_NAME = "steps give every argument by name: take the `/` out of the function's parameters"


@dataclass(slots=True, eq=False, repr=False)
class CallArguments:
    """Reports what does not fit between a step and its function."""

    sink: Sink
    key: str = "call"
    """The key of the step that names the function."""

    def check_arguments(
        self, op: CallTask, found: Callable, types: Mapping[str, Type], implied: Mapping[str, str] = NOTHING
    ) -> None:
        """Report parameters that do not exist, are missing, or get what they cannot take (SPC338-SPC341).

        `types` are those of the arguments. `implied` are arguments that stand under `each` or `matrix`, not in `with`.
        """
        signature = found.signature
        raw = op.arguments.raw
        if signature is None or not isinstance(raw, dict):
            return
        meant: set[str | None] = set()
        for name, value in raw.items():
            key = "with" if name not in implied else "each" if implied[name] == f"${{{name}}}" else MATRIX
            place = op.origin.child(key, name)
            parameter = signature.by_name.get(name)
            if parameter is not None and parameter.kind == "positional":
                self._positional(op, parameter, place, signature)
            elif parameter is not None:
                self._value(op, parameter, value, types.get(name, ANY), place, signature)
            elif not signature.any_keyword:
                meant.add(self._unknown(op, name, place, found, signature))
        required = (item for item in signature.parameters if item.required)
        missing = [item for item in required if item.name not in raw and item.name not in meant]
        if missing:
            self._missing(op, missing, found, signature)

    def _positional(self, op: CallTask, parameter: Parameter, place: Place, signature: Signature) -> None:
        self._report(
            signature,
            "SPC340",
            f"parameter `{parameter.name}` of `{op.function}` cannot be given by name",
            Label(place.key(), "only by position"),
            *at(parameter.span, "before the `/`"),
            help=_BY_NAME,
        )

    def _unknown(self, op: CallTask, name: str, place: Place, found: Callable, signature: Signature) -> str | None:
        """Report a parameter that does not exist, and give the name of the one that was probably meant."""
        given = op.arguments.raw
        assert isinstance(given, dict)
        near = closest(name, [item.name for item in signature.parameters if item.name not in given])
        listed = ", ".join(f"`{item.name}`" for item in signature.parameters[:10])
        span = signature.by_name[near].span if near else None
        self._report(
            signature,
            "SPC338",
            f"`{op.function}` has no parameter `{name}`",
            Label(place.key(), "no parameter of this name"),
            *at(span or found.span, f"`{near}` is here" if span else "defined here"),
            help=f"did you mean `{near}`?" if near else f"it takes {listed}" if listed else "it takes no parameters",
            fix=rename(place.key(), near) if near and place.path[-2] == "with" else None,
        )
        return near

    def _missing(self, op: CallTask, missing: list[Parameter], found: Callable, signature: Signature) -> None:
        names = " and ".join(f"`{item.name}`" for item in missing[:5]) + (" and others" if len(missing) > 5 else "")
        positional = any(item.kind == "positional" for item in missing)
        self._report(
            signature,
            "SPC339",
            f"`{op.function}` needs the parameter{'s' if len(missing) > 1 else ''} {names}",
            Label(op.origin.child(self.key), f"called without {names}"),
            *at(missing[0].span or found.span, "required here"),
            help=_BY_NAME if positional else f"add `with.{missing[0].name} = ...` to step `{op.name}`",
        )

    def _value(
        self, op: CallTask, parameter: Parameter, value: object, kind: Type, place: Place, signature: Signature
    ) -> None:
        template = Template(value)  # type: ignore[arg-type]  # arguments are JSON
        if parameter.unseen is not None and not isinstance(kind, OpaqueType):
            self._unseen(op, parameter, place)
        if parameter.choices and template.is_constant:
            self._choice(op, parameter, value, place, signature)
        elif assignable(kind, parameter.type) is False:
            better, edit = _plain_fix(value, parameter.type, place) if isinstance(value, str) else (None, None)
            self._report(
                signature,
                "SPC341",
                f"parameter `{parameter.name}` of `{op.function}` takes {parameter.type}, but it is given {kind}",
                Label(place, f"this is {kind}"),
                *at(parameter.span, f"declared as {parameter.type}"),
                help=(_plain_help(better),) if better else _conversion(kind, parameter.type),
                fix=Fix(f"write `{better}`", (edit,), safe=False) if edit is not None else None,
            )

    def _unseen(self, op: CallTask, parameter: Parameter, place: Place) -> None:
        self.sink.report(
            "SPC348",
            f"parameter `{parameter.name}` of `{op.function}` is given plain JSON: "
            f"`{parameter.unseen}` in its annotation is there for type checkers only",
            Label(place, "stays JSON"),
            *at(parameter.span, f"`{parameter.unseen}` stands under `if TYPE_CHECKING:`"),
            severity=Severity.WARNING,
            help=f"take `{parameter.unseen}` out of `if TYPE_CHECKING:`, and the argument becomes what is annotated",
        )

    def _choice(self, op: CallTask, parameter: Parameter, value: object, place: Place, signature: Signature) -> None:
        if any(value == choice and type(value) is type(choice) for choice in parameter.choices):
            return
        words = [item for item in parameter.choices if isinstance(item, str)]
        near = closest(value, words) if isinstance(value, str) else None
        listed = ", ".join(f"`{_shown(choice)}`" for choice in parameter.choices[:10])
        self._report(
            signature,
            "SPC341",
            f"parameter `{parameter.name}` of `{op.function}` cannot be `{_shown(value)[:60]}`",
            Label(place, "not one of its values"),
            *at(parameter.span, "declared here"),
            help=f"did you mean `{near}`?" if near else f"its values are {listed}",
            fix=rename(place, near, quoted=True) if near else None,
        )

    def gives_no_configurations(self, op: CallTask, found: Callable) -> None:
        """Report a function for `matrix.from` that does not give a list of tables (SPC251)."""
        result = found.signature.result if found.signature is not None else ANY
        self.sink.report(
            "SPC251",
            f"the configurations of a matrix are a list of tables, but `{op.function}` returns {result}",
            Label(op.origin.child("call"), f"gives {result}"),
            *at(found.span, f"annotated as {result}"),
            help="return or yield a `dict` for each configuration",
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

    def contradicts_yield(self, op: Group, kind: Type) -> None:
        """Report a `returns` that contradicts what a group gives (SPC345)."""
        self.sink.report(
            "SPC345",
            f"group `{op.name}` says that it returns {op.result}, but it gives {kind}",
            Label(op.origin.child("returns"), "declared here"),
            Label(op.origin.child("yield"), f"this is {kind}"),
            help="take `returns` away: the steps inside say enough",
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


def _plain_fix(text: str, target: Type, place: Place) -> tuple[str | None, Edit | None]:
    """What was meant by a text where none can stand, and the edit that makes it."""
    import json

    from specc.expressions.bare import looks_like_reference

    reference = looks_like_reference(text)
    if reference is not None:
        return reference, Edit(place.slice(0, len(text)), reference)
    if len(text) > 200 or text.strip().lstrip("-") in ("NaN", "Infinity"):
        return None, None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    simple = isinstance(value, bool | int | float) or (isinstance(value, list) and text.isascii() and "{" not in text)
    if not simple or "null" in text or assignable(of_value(value), target) is False:
        return None, None
    return text.strip(), Edit(place, text.strip())


def _plain_help(better: str) -> str:
    return f"write `{better}`" if "${" in better else f"write `{better}` without the quotes"


def _shown(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
