"""What a step with `aws` gives to an action of a service, against what the service takes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from specc.diagnostics import Label, Place, Severity, Sink, closest, rename
from specc.expressions.types import ANY, ListType, ObjectType, Type, assignable, of_value
from specc.ir.ops import AwsTask
from specc.services import Operation, Shape, available, find_service, result_type
from specc.services.types import taken_type
from specc_runtime.expressions import JsonValue

_LISTED = 12
"""Names that are listed at most."""


def check_aws(op: AwsTask, arguments: Type, sink: Sink) -> Type:
    """Report what the service does not take (SPC350-SPC357); gives the type of the result.

    `arguments` is the type of the step's `with`.
    """
    place = op.origin.child("aws")
    if not available():
        sink.report(
            "SPC356",
            f"step `{op.name}`: `{op.service}:{op.operation}` is not checked, because botocore is not installed",
            Label(place, "nothing is known of it"),
            severity=Severity.HINT,
            help="install specc with the extra `aws`",
        )
        return ANY
    operation = _operation(op, place, sink)
    if operation is None:
        return ANY
    if operation.streams_events:
        sink.report(
            "SPC357",
            f"`{op.service}:{op.operation}` streams events, which a step cannot",
            Label(place, "no request with one answer"),
            help="call it in a Python function, with `call`",
        )
        return ANY
    if isinstance(op.arguments.raw, dict):
        check = _Parameters(op, sink, f"{op.service}:{op.operation}")
        check.structure(op.arguments.raw, arguments, operation.input, op.origin.child("with"))
    return result_type(operation)


def _operation(op: AwsTask, place: Place, sink: Sink) -> Operation | None:
    service = find_service(op.service)
    if service is None:
        near = closest(op.service, [*available(), "sfn", "eventbridge", "cloudwatchlogs"])
        sink.report(
            "SPC350",
            f"there is no service `{op.service}`",
            Label(place.slice(0, len(op.service)), "AWS has none of this name"),
            help=f"did you mean `{near}`?" if near else "services are named as in boto3 or in Step Functions",
            fix=rename(place.slice(0, len(op.service)), near) if near else None,
        )
        return None
    operation = service.operation(op.operation)
    if operation is None:
        near = closest(op.operation, service.operations)
        action = place.slice(len(op.service) + 1, len(op.service) + 1 + len(op.operation))
        sink.report(
            "SPC351",
            f"the service `{op.service}` has no action `{op.operation}`",
            Label(action, "no action of this name"),
            help=f"did you mean `{near}`?" if near else f"its actions are {_listed(service.operations)}",
            fix=rename(action, near) if near else None,
        )
    return operation


@dataclass(frozen=True, slots=True)
class _Parameters:
    op: AwsTask
    sink: Sink
    action: str

    def structure(self, raw: dict[str, JsonValue], kind: Type, shape: Shape | None, place: Place) -> None:
        """Report members that do not exist (SPC352), and ones that are missing (SPC353)."""
        types = {item.name: item.type for item in kind.fields} if isinstance(kind, ObjectType) else {}
        given: set[str] = set()
        members = shape.members if shape is not None else {}
        for key, value in raw.items():
            name = shape.spellings.get(key) if shape is not None else None
            if name is None:
                given.add(self._unknown(key, raw, members, place.child(key)) or "")
                continue
            if name in given:
                self._twice(key, name, place.child(key))
            given.add(name)
            self.value(value, types.get(key, ANY), members[name], place.child(key), key)
        missing = [name for name in shape.required if name not in given] if shape is not None else []
        if missing:
            self._missing(missing, shape, place)

    def value(self, raw: JsonValue, kind: Type, shape: Shape, place: Place, name: str) -> None:
        """Report a value that cannot be what the parameter `name` takes (SPC354, SPC355)."""
        taken = taken_type(shape)
        if raw is None:
            return
        if isinstance(raw, str) and "${" in raw:
            if assignable(kind, taken) is False:
                self._unfit(kind, taken, place, name)
            return
        found = kind if isinstance(raw, dict | list) and kind != ANY else of_value(raw)
        if assignable(found, taken) is False:
            self._unfit(found, taken, place, name)
        elif isinstance(raw, dict) and shape.kind == "structure" and not shape.is_("document"):
            self.structure(raw, kind, shape, place)
        elif isinstance(raw, dict) and shape.kind == "map":
            types = {item.name: item.type for item in kind.fields} if isinstance(kind, ObjectType) else {}
            for key, value in raw.items():
                self.value(value, types.get(key, ANY), shape.item, place.child(key), key)
        elif isinstance(raw, list) and shape.kind == "list":
            item = kind.item if isinstance(kind, ListType) else ANY
            for number, value in enumerate(raw):
                self.value(value, item, shape.item, place.child(number), name)
        elif isinstance(raw, str):
            self._text(raw, shape, place, name)

    def _text(self, text: str, shape: Shape, place: Place, name: str) -> None:
        if shape.choices and text not in shape.choices:
            near = closest(text, shape.choices)
            self.sink.report(
                "SPC355",
                f"`{name}` of `{self.action}` cannot be `{text[:60]}`",
                Label(place, "not one of its values"),
                severity=Severity.ERROR if near else Severity.WARNING,
                help=f"did you mean `{near}`?" if near else f"its values are {_listed(shape.choices)}",
                fix=rename(place, near, quoted=True) if near else None,
            )
        if shape.kind == "blob" and not shape.is_text_body:
            try:
                base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                self.sink.report(
                    "SPC354",
                    f"`{name}` of `{self.action}` takes bytes, which a text holds as base64",
                    Label(place, "no base64"),
                    help="write it as base64, or give the result of a step that returns bytes",
                )

    def _unfit(self, kind: Type, taken: Type, place: Place, name: str) -> None:
        self.sink.report(
            "SPC354",
            f"`{name}` of `{self.action}` takes {taken}, but it is given {kind}",
            Label(place, f"this is {kind}"),
            help=_advice(kind, taken),
        )

    def _unknown(self, key: str, raw: dict[str, JsonValue], members: dict[str, Shape], place: Place) -> str | None:
        near = closest(key, [name for name in members if name not in raw])
        self.sink.report(
            "SPC352",
            f"`{self.action}` has no parameter `{key}`" + ("" if place.path[-2] == "with" else " here"),
            Label(place.key(), "no parameter of this name"),
            help=f"did you mean `{near}`?" if near else f"it takes {_listed(members)}" if members else "it takes none",
            fix=rename(place.key(), near) if near else None,
        )
        return near

    def _twice(self, key: str, name: str, place: Place) -> None:
        self.sink.report(
            "SPC352",
            f"`{self.action}` is given `{name}` twice",
            Label(place.key(), f"another spelling of `{name}`"),
            help="leave one of them out",
        )

    def _missing(self, missing: list[str], shape: Shape | None, place: Place) -> None:
        names = " and ".join(f"`{name}`" for name in missing[:5]) + (" and others" if len(missing) > 5 else "")
        whole = place.path[-1] == "with"
        self.sink.report(
            "SPC353",
            f"`{self.action}` needs {names}" + ("" if whole else " here"),
            Label(
                self.op.origin.child("aws") if whole else place, f"called without {names}" if whole else "incomplete"
            ),
            help=f"add `with.{missing[0]} = ...` to step `{self.op.name}`" if whole else f"add `{missing[0]}`",
        )


def _advice(kind: Type, taken: Type) -> str:
    if str(taken) == "string" and str(kind) in ("integer", "number"):
        return "write the number as a text: AWS's JSON has numbers in quotes here"
    return "a list is written `[...]`" if isinstance(taken, ListType) else ""


def _listed(names: object) -> str:
    found = list(names)  # type: ignore[call-overload]  # names of any collection
    listed = ", ".join(f"`{name}`" for name in found[:_LISTED])
    return listed + (f" and {len(found) - _LISTED} more" if len(found) > _LISTED else "")
