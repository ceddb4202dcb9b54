"""The sound part of a spec with mistakes, so that one check finds the mistakes of all kinds at once."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from specc.diagnostics import Diagnostic, Place, Severity

_HARMLESS = frozenset(
    {"description", "max_parallel", "tolerate", "batch", "retry", "timeout", "compute", "cache", "codec", "returns"}
    | {"isolation", "slots", "env"}
)
"""Keys of a step without which the rest of it means the same."""
_KEPT = ("each", "after")
"""Keys that a step keeps although its action cannot be understood."""
_OF_A_DEFAULT = frozenset({"SPC115", "SPC131"})
"""Mistakes that leave a default, be it a wrong one."""
_OF_ANY_RESULT = {"command": ["true"], "result": "json"}
"""What a step does of which only the name is known."""
_LISTS = ("tests", "triggers")
_HEADER: dict[str, Any] = {"specc": 1, "name": "spec"}


def salvage(value: dict[str, Any], mistakes: Iterable[Diagnostic]) -> dict[str, Any] | None:
    """`value` without what `mistakes` are about, or None when too little would remain to say anything true of it.

    A step that cannot be understood becomes one of its name with any result, so that references to it still mean
    something; what would only raise further complaints about the same mistake goes with it.
    """
    found = copy.deepcopy(value)
    for mistake in mistakes:
        if mistake.severity is Severity.ERROR and not _mend(found, mistake):
            return None
    return found


def _mend(value: dict[str, Any], mistake: Diagnostic) -> bool:
    place = mistake.labels[0].at if mistake.labels else None
    if not isinstance(place, Place) or not place.path:
        return False
    path = place.path
    if path[0] in _HEADER:
        value[str(path[0])] = _HEADER[str(path[0])]
        return True
    if path[0] in ("kind", "extends"):
        return False
    if path[0] in ("steps", "finally"):
        return _mend_step(value, path, mistake)
    if path[0] == "params" and mistake.code in _OF_A_DEFAULT:
        return True  # the parameter still has its type, and need not be given
    if path[0] == "params" and (len(path) < 3 or path[2] == "type"):
        return False
    if path[0] == "env" and len(path) == 2 and isinstance(value["env"], dict) and str(path[1]).isidentifier():
        value["env"][path[1]] = ""  # whoever speaks of the variable still may
    elif path[0] == "compute" and len(path) == 2 and isinstance(value["compute"], dict):
        value["compute"][path[1]] = {}
    elif path[0] in _LISTS:
        value.pop(str(path[0]), None)  # places count the items
    else:
        _delete(value, path[: 3 if path[0] in ("params", "compute") else 2] if len(path) > 1 else path)
    return True


def _mend_step(value: dict[str, Any], path: tuple[str | int, ...], mistake: Diagnostic) -> bool:
    owner, name = value, path[0]
    position = 0
    while True:
        steps = owner.get(str(name)) if isinstance(owner, dict) else None
        if not isinstance(steps, dict) or position + 1 >= len(path):
            return False
        step_name = str(path[position + 1])
        step = steps.get(step_name)
        rest = path[position + 2 :]
        if isinstance(step, dict) and len(rest) >= 2 and rest[0] == "steps":
            owner, name, position = step, "steps", position + 2
            continue
        break
    if step_name not in steps:
        return True  # went with an earlier mistake
    if not step_name.isidentifier():
        del steps[step_name]
    elif isinstance(step, dict) and rest and _means(rest, mistake) in _HARMLESS:
        step.pop(str(rest[0]), None)
        if _means(rest, mistake) == "batch" and "each" in step:
            step["batch"] = 1  # the function still gets lists
    else:
        kept = (
            {key: step[key] for key in _KEPT if key in step}
            if isinstance(step, dict) and not set(rest[:1]) & set(_KEPT)
            else {}
        )
        steps[step_name] = {**_OF_ANY_RESULT, **kept}
    return True


def _means(rest: tuple[str | int, ...], mistake: Diagnostic) -> str:
    """The key of a step that a mistake is about: the one that was probably meant, when it is misspelt."""
    if mistake.fix is not None and len(rest) == 1 and mistake.fix.edits:
        return mistake.fix.edits[0].replacement.strip('"')
    return str(rest[0])


def _delete(value: Any, path: tuple[str | int, ...]) -> None:
    for key in path[:-1]:
        if not isinstance(value, dict | list):
            return
        value = value.get(key) if isinstance(value, dict) else value[int(key)] if int(key) < len(value) else None
    if isinstance(value, dict):
        value.pop(path[-1], None)
