"""How each kind of field is written in IR text and read back. Shared by the printer and the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, NamedTuple, cast

from specc.expressions.types import parse_type
from specc.ir.module import Module
from specc.ir.ops import FunctionRef
from specc.ir.policies import Cache, Catch, Compute, Retry, Tolerance
from specc_runtime.expressions import JsonValue, Template


class FieldText(NamedTuple):
    """Turns a field's value into JSON and back."""

    write: Callable[[Any], JsonValue]
    read: Callable[[Any], Any]


def _plain(value: Any) -> Any:
    return value


def _function(text: str) -> FunctionRef:
    module, _, qualname = text.partition(":")
    return FunctionRef(module=module, qualname=qualname)


def _record(cls: type[Any]) -> FieldText:
    """A policy: an object of the fields that differ from their default."""

    def write(value: Any) -> JsonValue:
        return {field.name: text(field).write(item) for field, item in stated(value)}

    def read(value: dict[str, Any]) -> Any:
        known = {field.name: field for field in fields(cls)}
        return cls(**{name: text(known[name]).read(item) for name, item in value.items()})

    return FieldText(write, read)


def _pairs(item: FieldText) -> FieldText:
    return FieldText(
        lambda value: {name: item.write(entry) for name, entry in value},
        lambda value: tuple((name, item.read(entry)) for name, entry in value.items()),
    )


def _sequence(item: FieldText) -> FieldText:
    return FieldText(
        lambda value: [item.write(entry) for entry in value],
        lambda value: tuple(item.read(entry) for entry in value),
    )


def _print_module(value: Module) -> JsonValue:
    from specc.ir.printer import print_module  # the printer needs this table

    return print_module(value)


def _read_module(source: str) -> Module:
    from specc.ir.reader import read_module

    return read_module(source)


_PLAIN = FieldText(_plain, _plain)
_TEMPLATE = FieldText(lambda value: cast("Template", value).raw, Template)
_TABLE: dict[str, FieldText] = {
    "Template": _TEMPLATE,
    "Type": FieldText(str, parse_type),
    "FunctionRef": FieldText(str, _function),
    "Module": FieldText(_print_module, _read_module),
    "Retry": _record(Retry),
    "Cache": _record(Cache),
    "Compute": _record(Compute),
    "Tolerance": _record(Tolerance),
    "tuple[Catch, ...]": _sequence(_record(Catch)),
    "tuple[str, ...]": _sequence(_PLAIN),
    "tuple[tuple[str, Template], ...]": _pairs(_TEMPLATE),
    "tuple[tuple[str, str], ...]": _pairs(_PLAIN),
    "tuple[tuple[str, tuple[str, ...]], ...]": _pairs(_sequence(_PLAIN)),
}


def text(field: Field[Any]) -> FieldText:
    """How `field` is written; scalars and plain JSON stand as they are."""
    annotation = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
    return _TABLE.get(annotation.removesuffix(" | None"), _PLAIN)


def stated(value: Any) -> list[tuple[Field[Any], Any]]:
    """The fields of a dataclass instance that take part in equality and differ from their default."""
    found: list[tuple[Field[Any], Any]] = []
    for field in fields(value):
        if not field.compare:
            continue
        item = getattr(value, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if default is MISSING or type(item) is not type(default) or item != default:
            found.append((field, item))
    return found
