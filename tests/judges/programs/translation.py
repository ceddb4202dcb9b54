"""What a program asks of Pulumi, in CloudFormation's words: so that judges of templates judge programs, too.

Every input of every resource has a line in `words`. One that has none is an error, so that nothing goes unseen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from judges.programs.account import physical
from judges.programs.words import FILES, LISTS, PARTS, STATEFUL, WHOLE, Convert, Properties, nothing
from specc_targets.pulumi.preview.monitor import Wanted


class NotTranslatedError(Exception):
    """There is no line for a resource or for one of its inputs."""


def translated(wanted: Mapping[str, Wanted]) -> dict[str, dict[str, Any]]:
    """Name -> the resource in CloudFormation's words. Raises `NotTranslatedError`."""
    found: dict[str, dict[str, Any]] = {}
    for name, item in wanted.items():
        if item.type in WHOLE:
            theirs, lines = WHOLE[item.type]
            found[name] = {"Type": theirs, "Properties": _converted(item, lines)}
            if theirs in STATEFUL:
                policy = "Retain" if item.retain_on_delete else "Delete"
                found[name] |= {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    for item in wanted.values():
        if item.type in PARTS:
            key, whole, lines = PARTS[item.type]
            name = _whole(wanted, whole, str(item.inputs[key]))
            _merge(found[name]["Properties"], _converted(item, {**lines, key: nothing}))
        elif item.type in FILES:
            if unknown := item.inputs.keys() - FILES[item.type]:
                raise NotTranslatedError(f"{item.type}: {sorted(unknown)}")
        elif item.type not in WHOLE:
            raise NotTranslatedError(item.type)
    return found


def _whole(wanted: Mapping[str, Wanted], type: str, called: str) -> str:
    return next(name for name, item in wanted.items() if item.type == type and physical(item) == called)


def _converted(item: Wanted, lines: Mapping[str, Convert]) -> Properties:
    found: Properties = {}
    for name, value in item.inputs.items():
        if name not in lines:
            raise NotTranslatedError(f"{item.type}: {name}")
        if value is not None:
            _deep(found, lines[name](value))
    return found


def _deep(into: Properties, more: Properties) -> None:
    for key, value in more.items():
        if isinstance(into.get(key), dict) and isinstance(value, dict):
            _deep(into[key], value)
        else:
            assert key not in into, f"{key} is said twice"
            into[key] = value


def _merge(into: Properties, more: Properties) -> None:
    for key in LISTS & more.keys():
        into.setdefault(key, []).append(more.pop(key))
    _deep(into, more)


def as_template(resources: Mapping[str, Mapping[str, Any]]) -> str:
    """A template with these resources, in which nothing is for CloudFormation to fill in."""
    ids = {name: "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", name)) for name in resources}
    assert len(set(ids.values())) == len(ids)
    body = {ids[name]: item for name, item in resources.items()}
    text = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": body}, indent=1, ensure_ascii=False)
    return text.replace("${", "$(")
