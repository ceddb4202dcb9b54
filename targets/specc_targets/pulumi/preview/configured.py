"""The configuration of a stack, for a preview: what is encrypted or not set yet has a symbol as its value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.targets import TargetError

_REQUIRED = re.compile(r"^\w+ = config\.require(?P<kind>_object)?\(\s*\"(?P<key>\w+)\"", re.MULTILINE)
"""How an emitted program reads what it cannot be without."""


LONGEST = 200
"""Characters of a value in a message."""


class SettingError(TargetError):
    """A setting has a value that the program cannot read."""

    code = 2


@dataclass(frozen=True, slots=True)
class Configured:
    """What a program is told."""

    values: dict[str, str]
    """By full names, such as `aws:region`."""
    secret: frozenset[str]
    """Names of those that are secret."""
    missing: Mapping[str, str]
    """Names of those that must be set before it can be brought up, and how."""


def configured(directory: Path, project: str, stack: str, given: Mapping[str, str]) -> Configured:
    """The configuration in a project's folder, with what is `given` instead of it."""
    values: dict[str, str] = {}
    secret = set()
    for key, value in (*_settings(directory / f"Pulumi.{stack}.yaml").items(), *given.items()):
        name = key if ":" in key else f"{project}:{key}"
        if isinstance(value, dict) and "secure" in value:
            values[name] = f"<{name}>"
            secret.add(name)  # as is what is given instead of it
        else:
            values[name] = value if isinstance(value, str) else json.dumps(value, default=str)
    missing = {}
    for match in _REQUIRED.finditer((directory / "__main__.py").read_text("utf-8")):
        name = f"{project}:{match['key']}"
        if name not in values:
            key = match["key"]
            values[name] = json.dumps([f"<{key}>"]) if match["kind"] else f"<{key}>"
            missing[key] = f'{key}=["..."]' if match["kind"] else f"{key}=..."
        elif match["kind"] and name not in secret:
            _check_list(match["key"], values[name])
    return Configured(values, frozenset(secret), missing)


def _check_list(key: str, text: str) -> None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        example = json.dumps([part.strip(" []\"'") for part in text.split(",")], ensure_ascii=False)
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
        raise SettingError(f"`{key}={text}` is not a list in JSON; write for example: --config '{key}={example}'")


def _settings(path: Path) -> dict[str, Any]:
    import yaml

    found = yaml.safe_load(path.read_bytes())
    given = found.get("config") if isinstance(found, dict) else None
    return {str(key): value for key, value in given.items()} if isinstance(given, dict) else {}
