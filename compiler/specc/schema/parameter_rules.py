"""Parameters whose parts do not fit together."""

from __future__ import annotations

from typing import Any, TypeGuard

from specc.diagnostics import Label, Place
from specc.schema.reporter import Reporter, shown
from specc.schema.wording import Path, listed, what, where

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

_NESTED = ("properties", "items", "additionalProperties")
_ALL = frozenset(_NUMBERS + _TEXTS + _ARRAYS + _OBJECTS)
_RANGES = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))


def check_parameters(value: dict[str, Any], reporter: Reporter) -> None:
    """Check every parameter. Reports SPC101, SPC103, SPC104, SPC109 and SPC130 to SPC132."""
    params = value.get("params")
    for name, parameter in params.items() if isinstance(params, dict) else ():
        if isinstance(parameter, dict) and str(parameter.get("type")) in KEYWORDS:
            path = ("params", name)
            known = reporter.count
            _check_keywords(path, parameter, reporter)
            _check_ranges(path, parameter, reporter)
            if reporter.count == known:
                _check_values(path, parameter, reporter)


def _check_keywords(path: Path, parameter: dict[str, Any], reporter: Reporter) -> None:
    fitting = KEYWORDS[parameter["type"]]
    for key, value in parameter.items():
        if key == "required" and isinstance(value, bool):
            continue  # said of its type, with what to write instead
        if key in _ALL and key not in fitting:
            reporter.report(
                "SPC130",
                f"`{key}` says nothing about {_a(parameter['type'])} in {where(path)}",
                Label(Place((*path, key), "key"), f"not for the type `{parameter['type']}`"),
                Label(Place((*path, "type")), "the type"),
                help=f"use {listed(list(fitting))}" if fitting else "leave it out",
            )
    pattern = parameter.get("pattern")
    if not (pattern or any(isinstance(parameter.get(key), dict) for key in _NESTED)):
        return
    from specc.schema.nested_schemas import check_nested, check_pattern

    if isinstance(pattern, str) and "pattern" in fitting:
        check_pattern((*path, "pattern"), pattern, reporter)
    check_nested(path, parameter, reporter)


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
    values: list[tuple[Path, Any]] = [((key,), parameter[key]) for key in ("default", "const") if key in parameter]
    listed_values = parameter.get("enum")
    if isinstance(listed_values, list):
        values += [(("enum", index), item) for index, item in enumerate(listed_values)]
    if not values:
        return
    from specc.schema.value_rules import faults

    for inside, given in values:
        # A constant is not held against itself, but against the rest.
        schema = parameter if inside[0] == "default" else {k: v for k, v in parameter.items() if k != inside[0]}
        for fault in faults(given, schema):
            if reporter.full:
                return
            at = (*path, *inside, *fault.inside)
            words = f"the type is `{parameter['type']}`" if fault.keyword == ("type",) else "required here"
            reporter.report(
                "SPC131",
                f"{what(at)} {fault.message}",
                Label(Place(at), "does not fit"),
                Label(Place((*path, *fault.keyword)), words),
            )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"
