"""What to write where an axis, a list of arguments or one of slots was tried in another way."""

from __future__ import annotations

import json
import shlex
from typing import Any

from specc.diagnostics import Label, Place
from specc.schema.reporter import Reporter
from specc.schema.wording import Path, is_step

_OWN = ("from", "mode", "exclude", "sample", "include", "max")
_SPACED = ("linspace", "log")
_MOST = 8
"""Slots that an example lists."""


def report_axis(path: Path, value: Any, reporter: Reporter) -> bool:
    """Report a list of values under one of the matrix' own keys, once for each key. Whether there is one."""
    at = next((end for end in range(1, len(path)) if path[end] in _OWN and _is_matrix(path[:end])), None)
    if at is None:
        return False
    found = value
    for segment in path[: at + 1]:
        found = found.get(segment) if isinstance(found, dict) else None
    name = str(path[at])
    if not isinstance(found, list) or not found or any(isinstance(item, dict) for item in found):
        return False
    if name == "mode" and any(item in ("grid", "zip") for item in found):
        return False
    if path[at + 1 :] in ((), (0,)):
        place = Place(path[: at + 1], "key")
        advice = f"call the axis otherwise, for example `{name}_`"
        reporter.report(
            "SPC103", f"`{name}` is a key of the matrix itself, and no axis", Label(place, "no axis"), help=advice
        )
    return True


def _is_matrix(path: Path) -> bool:
    return path[-1] == "matrix" and is_step(path[:-1])


def words_of(given: Any, path: Path) -> str:
    """The list of arguments that a text stands for, or nothing where it is none."""
    if path[-1] == "argv" and isinstance(given, str) and "${" not in given and len(given) <= 200:
        try:
            return json.dumps(shlex.split(given), ensure_ascii=False)
        except ValueError:
            return ""
    return ""


def list_advice(given: Any, path: Path) -> str:
    """How slots are written that were counted."""
    if len(path) > 1 and path[-2] == "slots" and isinstance(given, int) and not isinstance(given, bool):
        names = json.dumps([str(number) for number in range(min(max(given, 1), _MOST))])
        return f"name the slots, of which each call has one: `{path[-1]} = {names}`"
    return ""


def short_advice(path: Path) -> str:
    """What a list with too few numbers lacks."""
    if path[-1] in _SPACED and "matrix" in path:
        return f"it has the first number, the last one, and how many: `{path[-1]} = [0.1, 1, 5]`"
    return ""
