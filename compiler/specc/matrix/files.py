"""Configurations in a file: a CSV, or a list of tables in JSON, YAML or TOML."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from specc_runtime.cells import difference
from specc_schemas.checked import shown

FORMATS = (".csv", ".json", ".toml", ".yaml", ".yml")
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""What begins with needless zeros, as `007`, is a text: of a code, or of digits that count."""
_WORDS: dict[str, Any] = {"": None, "null": None, "nan": None, "NaN": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
"""As spreadsheets and pandas write them, too."""


class FileFault(ValueError):  # noqa: N818 - a finding about the user's file, not an error of ours
    """Why a file holds no configurations; the message names its line."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Configurations as a file has them, each with where it stands there."""

    cells: list[dict[str, Any]]
    where: list[str]


def read_cells(text: str, name: str) -> Cells:
    """The configurations in the text of a file called `name`. Raises `FileFault`."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".csv":
        return _csv(text, name)
    if suffix not in FORMATS:
        raise FileFault(f"`{name}` is none of the files that hold configurations: {', '.join(FORMATS)}")
    return _tables(loaded(text, name, suffix), name)


def _csv(text: str, name: str) -> Cells:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    cells: list[dict[str, Any]] = []
    where: list[str] = []
    columns: list[str] | None = None
    try:
        for row in reader:
            line = f"`{name}`, line {reader.line_num}"
            if not row:
                continue
            if columns is None:
                columns = [column.strip() for column in row]
                _check_columns(columns, line)
                continue
            if len(row) != len(columns):
                fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
                raise FileFault(f"{line}: {fields} for {len(columns)} columns")
            cells.append({column: _scalar(field, line) for column, field in zip(columns, row, strict=True)})
            where.append(line)
    except csv.Error as error:
        raise FileFault(f"`{name}`, line {reader.line_num}: {error}") from None
    if not cells:
        raise FileFault(f"`{name}` has no rows" + ("" if columns is None else " below the names of its columns"))
    return Cells(cells, where)


def _check_columns(columns: list[str], line: str) -> None:
    for column in columns:
        if not column.isidentifier():
            raise FileFault(f"{line}: `{shown(column)}` is no name for an axis: letters, digits and `_`")
        if columns.count(column) > 1:
            raise FileFault(f"{line}: the column `{shown(column)}` is named twice")


def _scalar(text: str, line: str) -> Any:
    """A field as what it looks like: null when empty or `nan`, a boolean, a number, else a text."""
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        if len(text) > 18:
            raise FileFault(f"{line}: `{shown(text)}` is too large for a number")
        return int(text)
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise FileFault(f"{line}: `{shown(text)}` is too large for a number")
        return number
    return text


def loaded(text: str, name: str, suffix: str) -> Any:
    """The value of a whole file, read as specs are: no key twice, YAML 1.2."""
    from specc.source.fault import Fault
    from specc.source.lines import Lines

    if suffix == ".json":
        parse, before, after = _parse_json, '{"configurations": ', "}"
    elif suffix == ".toml":
        parse, before, after = _parse_toml, "", ""
    else:
        parse, before, after = _parse_yaml, "configurations:\n" if is_list(text) else "", ""
    try:
        return parse(before + text + after)
    except Fault as fault:
        start = max(fault.marks[0].start - len(before), 0) if fault.marks else 0
        raise FileFault(f"`{name}`, line {Lines(text).position(min(start, len(text))).line}: {fault.message}") from None


def _parse_json(text: str) -> Any:
    from specc.source.fault import Fault
    from specc.source.json_values import parse_json

    found = parse_json(text)
    if len(found) > 1:
        raise Fault("SPC012", "a file of JSON is one value, and nothing stands behind it")
    return found["configurations"]


def _parse_toml(text: str) -> Any:
    from specc.source.toml_values import parse_toml

    return parse_toml(text)


def _parse_yaml(text: str) -> Any:
    from specc.source.yaml_values import parse_yaml

    return parse_yaml(text)


def is_list(text: str) -> bool:
    """Whether a YAML file is a list, which only as a value of a table can be read as specs are."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return next(lines, "").startswith(("-", "[")) and not text.startswith("---")


def _tables(value: Any, name: str) -> Cells:
    """The list of tables that a value is, or that is the only thing in it (TOML has no lists on their own)."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), list):
        (value,) = value.values()
    if not isinstance(value, list):
        raise FileFault(f"`{name}` holds no list of tables")
    if not value:
        raise FileFault(f"`{name}` has no configurations")
    where = [f"`{name}`, configuration {number}" for number in range(1, len(value) + 1)]
    for item, line in zip(value, where, strict=True):
        if not isinstance(item, dict) or not item:
            raise FileFault(f"{line}: not a table of values")
        for column in item:
            if not str(column).isidentifier():
                raise FileFault(f"{line}: `{shown(column)}` is no name for an axis: letters, digits and `_`")
        differs = difference(value[0], item)
        if differs:
            raise FileFault(f"{line} {differs}; all have the same names, with null where one has no value")
    return Cells(value, where)
