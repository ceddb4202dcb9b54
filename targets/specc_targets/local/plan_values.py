"""Checks of the values in a plan, without any library: a plan also runs where only the engine is."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, NoReturn

from specc.expressions.types import parse_type
from specc.ir.fields import text
from specc.ir.policies import Cache, Catch, Compute, Retry, Tolerance
from specc_runtime.expressions import Template


class PlanError(ValueError):
    """A plan that this engine cannot read. The message is meant for the user."""


Check = Callable[[Any, str], None]
"""Raises `PlanError` where a value is not what a field takes; the text says where the value stands."""

_RECORDS: dict[str, type[Any]] = {
    "Retry": Retry,
    "Compute": Compute,
    "Tolerance": Tolerance,
    "Cache": Cache,
    "Catch": Catch,
}
_FIELDS: dict[type[Any], dict[str, tuple[Field[Any], Check]]] = {}
_LEAST = {
    ("Loop", "max"): 1,
    ("Map", "max_parallel"): 1,
    ("Map", "batch"): 1,
}
"""What numbers are at least; all others are 0 or more."""
_NESTED = frozenset(
    {"origin", "body", "finally_", "parameters", "outputs", "deployment", "tracking", "hosting", "module"}
)
"""Fields that `plan_reader` reads itself, and those that no plan has."""
_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


def refuse(at: str, message: str) -> NoReturn:
    """Raise the error of a plan that is not whole."""
    raise PlanError(f"the plan is damaged: `{at}` {message}")


def table(value: Any, at: str) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        refuse(at, "is not an object")
    return value


def items(value: Any, at: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        refuse(at, "is not a list")
    return value


def member(source: Mapping[str, Any], name: str, at: str) -> Any:
    """A value that must be there."""
    if name not in source:
        refuse(at, f"has no `{name}`")
    return source[name]


def read_fields(cls: type[Any], source: Mapping[str, Any], at: str, others: frozenset[str]) -> dict[str, Any]:
    """The fields of a dataclass that an object states. `others` are keys that mean something else."""
    known = _known(cls)
    found = {}
    for name, value in source.items():
        if name in others:
            continue
        if name not in known:
            refuse(at, f"has a key `{name}`, which this engine does not know")
        field, check = known[name]
        check(value, f"{at}.{name}")
        found[name] = text(field).read(value)
    for name, (field, _) in known.items():
        if name not in found and name not in others and field.default is field.default_factory is MISSING:
            refuse(at, f"has no `{name}`")
    return found


def _known(cls: type[Any]) -> dict[str, tuple[Field[Any], Check]]:
    """The fields of a dataclass and what checks each, worked out once."""
    if cls not in _FIELDS:
        _FIELDS[cls] = {
            item.name: (item, _check(str(item.type).removesuffix(" | None"), _LEAST.get((cls.__name__, item.name), 0)))
            for item in fields(cls)
            if item.name not in _NESTED
        }
    return _FIELDS[cls]


def _check(kind: str, least: int) -> Check:
    """What checks values of a type, as the dataclass writes it."""
    if kind in _TABLE:
        return _TABLE[kind]
    if kind in {"int", "float"}:
        return _number(kind, least)
    if kind.startswith("Literal["):
        return _choice(ast.literal_eval(f"({kind[8:-1]},)"))
    if kind in _RECORDS:
        return _record(_RECORDS[kind])
    raise TypeError(f"no plan can hold a field of type {kind}")


def _any(value: Any, at: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        refuse(at, "is no number that JSON can hold")


def _text(value: Any, at: str) -> None:
    if not isinstance(value, str):
        refuse(at, "is not a text")


def _boolean(value: Any, at: str) -> None:
    if not isinstance(value, bool):
        refuse(at, "is not true or false")


def _texts(value: Any, at: str) -> None:
    for number, item in enumerate(items(value, at)):
        _text(item, f"{at}[{number}]")


def _template(value: Any, at: str) -> None:
    for _, error in Template(value).check():
        refuse(at, f"has an expression that cannot be read: {error}")


def _type(value: Any, at: str) -> None:
    _text(value, at)
    try:
        parse_type(value)
    except ValueError as error:
        refuse(at, f"is not a type: {error}")


def _function(value: Any, at: str) -> None:
    if not isinstance(value, str) or not _FUNCTION.fullmatch(value):
        refuse(at, "is not a function: `module:name`")


def _number(kind: str, least: int) -> Check:
    fitting: Any = int if kind == "int" else (int, float)
    words = "a whole number" if kind == "int" else "a number"

    def check(value: Any, at: str) -> None:
        if not isinstance(value, fitting) or isinstance(value, bool) or not least <= value < math.inf:
            refuse(at, f"is not {words} of {least} or more")

    return check


def _choice(known: tuple[Any, ...]) -> Check:
    def check(value: Any, at: str) -> None:
        if value not in known or type(value) is not type(known[0]):
            refuse(at, f"is none of {', '.join(map(str, known))}")

    return check


def _record(cls: type[Any]) -> Check:
    def check(value: Any, at: str) -> None:
        read_fields(cls, table(value, at), at, frozenset())

    return check


def _catches(value: Any, at: str) -> None:
    for number, item in enumerate(items(value, at)):
        _record(Catch)(item, f"{at}[{number}]")
        if not item["errors"] or ("use" in item) == ("run" in item):
            refuse(f"{at}[{number}]", "needs names of errors, and one of `use` and `run`")


def _pairs(inner: Check) -> Check:
    def check(value: Any, at: str) -> None:
        for name, item in table(value, at).items():
            inner(item, f"{at}.{name}")

    return check


def _object(value: Any, at: str) -> None:
    table(value, at)


_TABLE: dict[str, Check] = {
    "str": _text,
    "bool": _boolean,
    "JsonValue": _any,
    "dict[str, JsonValue]": _object,
    "Template": _template,
    "Type": _type,
    "FunctionRef": _function,
    "tuple[str, ...]": _texts,
    "tuple[Catch, ...]": _catches,
    "tuple[tuple[str, str], ...]": _pairs(_text),
    "tuple[tuple[str, Template], ...]": _pairs(_template),
    "tuple[tuple[str, tuple[str, ...]], ...]": _pairs(_texts),
}
