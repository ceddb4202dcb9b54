"""Parameters whose parts do not fit together."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, TypeGuard

from specc.diagnostics import Label, Place
from specc.schema.reporter import Reporter, shown
from specc.schema.wording import Path, listed, where
from specc_schemas.checked import described
from specc_schemas.quantities import is_duration

_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_TEXTS = ("minLength", "maxLength", "pattern", "format")
_ARRAYS = ("items", "minItems", "maxItems", "uniqueItems")
_OBJECTS = ("properties", "required", "additionalProperties")

KEYWORDS: dict[str, tuple[str, ...]] = {
    "string": _TEXTS,
    "path": _TEXTS,
    "datetime": (),
    "duration": (),
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "boolean": (),
    "array": _ARRAYS,
    "object": _OBJECTS,
}
"""The keywords of JSON Schema that mean something for each type."""

_ALL = frozenset(_NUMBERS + _TEXTS + _ARRAYS + _OBJECTS)
_PYTHON: dict[str, tuple[type[Any], ...]] = {
    "string": (str,),
    "path": (str,),
    "datetime": (str,),
    "duration": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_SIZES = {"string": ("minLength", "maxLength"), "path": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
_BOUNDS: tuple[tuple[str, Callable[[float, float], bool], str], ...] = (
    ("minimum", operator.lt, "less than"),
    ("maximum", operator.gt, "greater than"),
    ("exclusiveMinimum", operator.le, "not greater than"),
    ("exclusiveMaximum", operator.ge, "not less than"),
)
_RANGES = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))


def check_parameters(value: dict[str, Any], reporter: Reporter) -> None:
    """Check every parameter. Reports SPC109, SPC130, SPC131 and SPC132."""
    params = value.get("params")
    for name, parameter in params.items() if isinstance(params, dict) else ():
        if isinstance(parameter, dict) and str(parameter.get("type")) in _PYTHON:
            path = ("params", name)
            _check_keywords(path, parameter, reporter)
            _check_ranges(path, parameter, reporter)
            _check_values(path, parameter, reporter)


def _check_keywords(path: Path, parameter: dict[str, Any], reporter: Reporter) -> None:
    fitting = KEYWORDS[parameter["type"]]
    for key in parameter:
        if key in _ALL and key not in fitting:
            reporter.report(
                "SPC130",
                f"`{key}` says nothing about {_a(parameter['type'])} in {where(path)}",
                Label(Place((*path, key), "key"), f"not for the type `{parameter['type']}`"),
                Label(Place((*path, "type")), "the type"),
                help=f"use {listed(list(fitting))}" if fitting else "leave it out",
            )
    pattern = parameter.get("pattern")
    if isinstance(pattern, str) and "pattern" in fitting:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            reporter.report(
                "SPC109",
                f"`pattern` of {where(path)} is not a regular expression: {error}",
                Label(Place((*path, "pattern")), "not a regular expression"),
            )


def _check_ranges(path: Path, parameter: dict[str, Any], reporter: Reporter) -> None:
    for least, most in _RANGES:
        low, high = parameter.get(least), parameter.get(most)
        if _is_number(low) and _is_number(high) and low > high:
            reporter.report(
                "SPC132",
                f"no value fits {where(path)}: `{least}` is greater than `{most}`",
                Label(Place((*path, least)), f"greater than {shown(high)}"),
                Label(Place((*path, most)), "less than the least"),
                help="swap them",
            )


def _check_values(path: Path, parameter: dict[str, Any], reporter: Reporter) -> None:
    values: list[tuple[Path, Any]] = [(("default",), parameter["default"])] if "default" in parameter else []
    listed_values = parameter.get("enum")
    if isinstance(listed_values, list):
        values += [(("enum", index), item) for index, item in enumerate(listed_values)]
    for inside, given in values:
        problem = fault(given, parameter)
        if problem is not None:
            reporter.report(
                "SPC131",
                f"`{inside[0]}` of {where(path)} {problem}",
                Label(Place((*path, *inside)), "does not fit"),
                Label(Place((*path, "type")), f"the type is `{parameter['type']}`"),
            )


def fault(given: Any, parameter: dict[str, Any]) -> str | None:
    """Why a value does not fit a parameter, as far as that is simple to see; None when it does."""
    kind = parameter["type"]
    if (isinstance(given, bool) and kind != "boolean") or not isinstance(given, _PYTHON[kind]):
        return f"is {described(given)}, not {_a(kind)}"
    if kind == "duration" and not is_duration(given):
        return f"is `{shown(given)}`, which is not a duration such as `5m`"
    allowed = parameter.get("enum")
    if isinstance(allowed, list) and given not in allowed:
        return f"is `{shown(given)}`, which is not one of `enum`"
    if kind in ("integer", "number"):
        return _outside(given, parameter)
    return _wrong_size(len(given), parameter, _SIZES[kind]) if kind in _SIZES else None


def _outside(given: float, parameter: dict[str, Any]) -> str | None:
    for key, wrong, words in _BOUNDS:
        bound = parameter.get(key)
        if _is_number(bound) and wrong(given, bound):
            return f"is {shown(given)}, {words} `{key}`"
    return None


def _wrong_size(size: int, parameter: dict[str, Any], keys: tuple[str, str]) -> str | None:
    least, most = (parameter.get(key) for key in keys)
    if _is_number(least) and size < least:
        return f"is shorter than `{keys[0]}`"
    if _is_number(most) and size > most:
        return f"is longer than `{keys[1]}`"
    return None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"
