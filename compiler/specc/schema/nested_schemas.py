"""The JSON Schemas inside a parameter: whether each is one, before values are held against it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from specc.diagnostics import Edit, Fix, Label, Place, closest
from specc.schema.reporter import Reporter, shown
from specc.schema.value_rules import PYTHON_TYPES, is_number
from specc.schema.wording import Path, dotted, listed, what
from specc_schemas.checked import described
from specc_schemas.choices import FORMATS

_TEXTS = ("title", "description", "pattern", "format", "$ref", "$comment", "$id", "$anchor", "$schema")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_COUNTS_TOO = ("minContains", "maxContains")
_BOOLEANS = ("uniqueItems", "deprecated", "readOnly", "writeOnly")
_LISTS = ("enum", "examples")
_SCHEMAS = ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames")
_SCHEMA_TABLES = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_OTHERS = ("type", "default", "const", "required", "dependentRequired", "unevaluatedProperties", "unevaluatedItems")
_KNOWN = (
    *_TEXTS,
    *_NUMBERS,
    *_COUNTS,
    *_COUNTS_TOO,
    *_BOOLEANS,
    *_LISTS,
    *_SCHEMAS,
    *_SCHEMA_TABLES,
    *_SCHEMA_LISTS,
    *_OTHERS,
)
_DEEPEST = 60


def check_nested(path: Path, parameter: dict[str, Any], reporter: Reporter) -> None:
    """Check the schemas in `properties`, `items` and `additionalProperties`. Reports SPC101, SPC103, SPC104, SPC109."""
    pending = deque(_below(path, parameter, ("items", "additionalProperties"), ("properties",), ()))
    while pending and not reporter.full:
        here, schema = pending.popleft()
        if isinstance(schema, bool):
            continue
        if not isinstance(schema, dict):
            example = (
                f'`{{ type = "{schema}" }}`'
                if isinstance(schema, str) and schema in PYTHON_TYPES
                else '`{ type = "string" }`'
            )
            _wrong(here, schema, "a table", f"write the schema of the value: {example}", reporter)
        elif len(here) < _DEEPEST:
            for key, value in schema.items():
                _check_keyword((*here, key), key, value, schema, reporter)
            pending.extend(_below(here, schema, _SCHEMAS, _SCHEMA_TABLES, _SCHEMA_LISTS))


def _below(
    path: Path, schema: dict[str, Any], single: tuple[str, ...], tables: tuple[str, ...], lists: tuple[str, ...]
) -> Iterator[tuple[Path, Any]]:
    known = path[0] == "params" and len(path) == 2  # what is no table there is reported already
    for key in single:
        if key in schema and not (known and not isinstance(schema[key], dict)):
            yield (*path, key), schema[key]
    for key in tables:
        for name, value in schema[key].items() if isinstance(schema.get(key), dict) else ():
            if not (known and not isinstance(value, dict)):
                yield (*path, key, name), value
    for key in lists:
        for index, value in enumerate(schema[key] if isinstance(schema.get(key), list) else ()):
            yield (*path, key, index), value


def _check_keyword(path: Path, key: Any, value: Any, schema: dict[str, Any], reporter: Reporter) -> None:
    if key not in _KNOWN:
        _unknown(path, str(key), schema, reporter)
    elif key == "type":
        for place, kind in _kinds(path, value):
            if not isinstance(kind, str):
                _wrong(place, kind, "a string", 'write for example `"string"`', reporter)
            elif kind not in PYTHON_TYPES:
                _not_one_of(place, kind, tuple(PYTHON_TYPES), reporter)
    elif key == "required" and isinstance(value, bool):
        _wrong(path, value, "an array", "name the keys in the table around: `required = [...]`", reporter)
    elif (expected := _expected(key, value)) is not None:
        _wrong(path, value, expected, "", reporter)
    elif key == "format":
        if isinstance(value, str) and value not in FORMATS:
            _not_one_of(path, value, FORMATS, reporter)
    elif key == "pattern":
        check_pattern(path, value, reporter)


def check_pattern(path: Path, pattern: str, reporter: Reporter) -> None:
    """Check that a text is a regular expression. Reports SPC109."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        reporter.report(
            "SPC109",
            f"{what(path)} is not a regular expression: {error}",
            Label(Place(path), "not a regular expression"),
        )


def _kinds(path: Path, value: Any) -> list[tuple[Path, Any]]:
    return [((*path, index), kind) for index, kind in enumerate(value)] if isinstance(value, list) else [(path, value)]


def _expected(key: str, value: Any) -> str | None:
    if key in _TEXTS:
        return None if isinstance(value, str) else "a string"
    if key in _NUMBERS:
        return None if is_number(value) else "a number"
    if key in _COUNTS or key in _COUNTS_TOO:
        return None if is_number(value) and value >= 0 and value % 1 == 0 else "an integer of 0 or more"
    if key in _BOOLEANS:
        return None if isinstance(value, bool) else "a boolean (`true` or `false`)"
    if key in _LISTS or key in _SCHEMA_LISTS:
        return None if isinstance(value, list) else "an array"
    if key in _SCHEMA_TABLES:
        return None if isinstance(value, dict) else "a table"
    if key == "required":
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return None if texts else "an array of strings"
    return None


def _unknown(path: Path, key: str, schema: dict[str, Any], reporter: Reporter) -> None:
    near, place = closest(key, _KNOWN), Place(path, "key")
    fix = Fix(f"rename it to `{near}`", (Edit(place, near),)) if near and near not in schema else None
    reporter.report(
        "SPC101",
        f"unknown key `{shown(key)}` in the JSON Schema `{dotted(path[:-1])}`",
        Label(place, "not a keyword of JSON Schema"),
        help=f"did you mean `{near}`?" if near else "put the keys of an object into its `properties`",
        fix=fix,
    )


def _wrong(path: Path, given: Any, expected: str, help: str, reporter: Reporter) -> None:
    message = f"{what(path)} is {described(given)}, but must be {expected}"
    if expected.startswith("an integer") and is_number(given):
        message = f"{what(path)} is {shown(given)}, but must be {expected}"
    reporter.report("SPC103", message, Label(Place(path), f"expected {expected}"), help=help)


def _not_one_of(path: Path, given: str, choices: tuple[str, ...], reporter: Reporter) -> None:
    near = closest(given, choices)
    reporter.report(
        "SPC104",
        f"`{shown(given)}` is not a value that {what(path)} can have",
        Label(Place(path), f"expected {listed(list(choices))}"),
        help=f"did you mean `{near}`?" if near else f"use {listed(list(choices), 20)}",
        fix=Fix(f"write `{near}`", (Edit(Place(path), f'"{near}"'),)) if near else None,
    )
