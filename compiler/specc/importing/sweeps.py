"""Finds the axes behind a list of configurations."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from specc_runtime.expressions.template import quote
from specc_runtime.expressions.text import text_of

Key = tuple[str, str]
"""`globals` or `with`, and the name."""
Row = dict[Key, Any]

_RESERVED = frozenset({"include", "exclude", "mode", "from", "sample", "max"})
_MOST = 1000
"""How many configurations a matrix may have that sets no `max`."""


@dataclass(slots=True)
class Sweep:
    """A matrix, and what each value is in its terms."""

    matrix: dict[str, Any] = field(default_factory=dict)
    values: dict[Key, Any] = field(default_factory=dict)
    """Expressions for what varies."""
    fixed: Row = field(default_factory=dict)
    """What all rows have in common."""


def sweep_of(rows: list[Row]) -> Sweep:
    """The matrix that gives these rows in this order; all rows have the same keys."""
    keys = list(rows[0])
    varying = [key for key in keys if len({_mark(row[key]) for row in rows}) > 1]
    found = Sweep(fixed={key: rows[0][key] for key in keys if key not in varying})
    if not varying:
        found.matrix = {"run": {"range": [0, len(rows)]}} | ({"max": len(rows)} if len(rows) > _MOST else {})
        return found
    texts = _templates(rows, varying)
    axes = [key for key in varying if key not in texts]
    names = _names(axes)
    groups = _grid(rows, axes)
    if groups is None and texts:
        texts, axes = {}, varying
        names, groups = _names(axes), _grid(rows, axes)
    if groups is None:
        groups = [[key] for key in axes]
        marks = {key: [_mark(row[key]) for row in rows] for key in axes}
        if all(len(set(values)) == len(rows) for values in marks.values()):
            found.matrix = {names[key]: [row[key] for row in rows] for key in axes} | {"mode": "zip"}
        else:
            found.matrix["from"] = [{names[key]: row[key] for key in axes} for row in rows]
            if len(set(zip(*marks.values(), strict=True))) < len(rows):  # some are there twice: numbers tell them apart
                number = next(name for name in ("run", "run_", "run__") if name not in names.values())
                found.matrix["from"] = [{number: index} | row for index, row in enumerate(found.matrix["from"])]
    else:
        for group in groups:
            leader = names[group[0]]
            found.matrix[leader] = _axis([_value(item, group, names) for item in _distinct(rows, group)])
    if len(rows) > _MOST:
        found.matrix["max"] = len(rows)
    for group in groups:
        for key in group:
            name = names[group[0]]
            found.values[key] = f"${{matrix.{name}}}" if len(group) == 1 else f"${{matrix.{name}.{names[key]}}}"
    for key, template in texts.items():
        found.values[key] = "".join(
            quote(part) if isinstance(part, str) else f"${{matrix.{names[part]}}}" if len(_of(part, groups)) == 1
            else f"${{matrix.{names[_of(part, groups)[0]]}.{names[part]}}}"
            for part in template
        )  # fmt: skip
    return found


def _of(key: Key, groups: list[list[Key]]) -> list[Key]:
    return next(group for group in groups if key in group)


def _value(row: Row, group: list[Key], names: dict[Key, str]) -> Any:
    return row[group[0]] if len(group) == 1 else {names[key]: row[key] for key in group}


def _distinct(rows: list[Row], keys: list[Key]) -> list[Row]:
    """Rows with different values of these keys, in the order in which they come first."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(_mark(row[key]) for key in keys), row)
    return list(first.values())


def _grid(rows: list[Row], axes: list[Key]) -> list[list[Key]] | None:
    """The axes from the slowest to the fastest, if the rows are all combinations of them: what only varies with
    another comes with that."""
    marks = {key: [_mark(row[key]) for row in rows] for key in axes}
    for together in (False, True):
        groups = _groups(axes, marks) if together else [[key] for key in axes]
        groups.sort(key=lambda group: -_first_change(marks[group[0]]))
        lists = [list(dict.fromkeys(marks[group[0]])) for group in groups]
        size = 1
        for values in lists:
            size *= len(values)
        if size != len(rows) or (together and len(groups) < 2):
            continue
        actual = zip(*(marks[group[0]] for group in groups), strict=True)
        if all(one == other for one, other in zip(actual, itertools.product(*lists), strict=True)):
            return groups
    return None


def _groups(axes: list[Key], marks: dict[Key, list[str]]) -> list[list[Key]]:
    """Keys with what they decide: those of most values lead."""
    left = sorted(axes, key=lambda key: -len(set(marks[key])))
    groups: list[list[Key]] = []
    while left:
        leader, *others = left
        followers = [key for key in others if len(set(zip(marks[leader], marks[key], strict=True))) ==
                     len(set(marks[leader]))]  # fmt: skip
        groups.append([leader, *(key for key in axes if key in followers)])
        left = [key for key in others if key not in followers]
    return groups


def _first_change(marks: list[str]) -> int:
    return next((index for index, mark in enumerate(marks) if mark != marks[0]), len(marks))


def _templates(rows: list[Row], varying: list[Key]) -> dict[Key, list[str | Key]]:
    """Texts that are made of the values of other keys: their parts."""
    found: dict[Key, list[str | Key]] = {}
    for key in varying:
        if not isinstance(rows[0][key], str):
            continue
        others = [
            other
            for other in varying
            if other != key and other not in found and all(_is_scalar(row[other]) for row in rows)
            and not any(key in parts for parts in found.values())
        ]  # fmt: skip
        parts = _split(rows[0], rows[0][key], others)
        escaped = any(isinstance(part, str) and part.endswith("$") for part in parts)  # `$${` says `${`
        if len(parts) > 1 and not escaped and all(_filled(row, parts) == row[key] for row in rows):
            found[key] = parts
    return found


def _split(row: Row, text: str, others: list[Key]) -> list[str | Key]:
    parts: list[str | Key] = [text]
    for other in sorted(others, key=lambda one: -len(text_of(row[one]))):
        shown = text_of(row[other])
        if not shown:
            continue
        again: list[str | Key] = []
        for part in parts:
            if not isinstance(part, str):
                again.append(part)
                continue
            pieces = part.split(shown)
            for index, piece in enumerate(pieces):
                again += [other, piece] if index else [piece]
        parts = [part for part in again if part != ""]
    return parts


def _filled(row: Row, parts: list[str | Key]) -> str:
    return "".join(part if isinstance(part, str) else text_of(row[part]) for part in parts)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _names(keys: list[Key]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for kind, name in keys:
        axis = f"{name}_" if name in _RESERVED else name
        while axis in found.values():
            axis = f"{kind}_{axis}"
        found[kind, name] = axis
    return found


def _axis(values: list[Any]) -> Any:
    """The values of an axis; whole numbers in even steps as a range."""
    if len(values) >= 4 and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        step = values[1] - values[0]
        if step and values == list(range(values[0], values[-1] + step, step)):
            return {"range": [values[0], values[-1] + (1 if step == 1 else step), *([step] if step != 1 else [])]}
    return values


def _mark(value: Any) -> str:
    """Equal for equal values only: 1, 1.0 and true are three."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, default=repr)
