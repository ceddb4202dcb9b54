"""Tells specs that carry tests from all the other TOML, YAML and JSON files of a project, without the compiler."""

from __future__ import annotations

import json
import re
from pathlib import Path

_MOST = 8 * 1024 * 1024
"""Bytes of a file; no spec is larger."""
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)
_TOML_HEAD = (re.compile(r"^\s*\"?specc\"?\s*=\s*\d", re.MULTILINE), re.compile(r"^\s*\"?kind\"?\s*=", re.MULTILINE))
_TOML_TESTS = re.compile(r"^\s*(\[\[\s*\"?tests\"?\s*\]\]|\"?tests\"?\s*=|\"?extends\"?\s*=)", re.MULTILINE)
_YAML_HEAD = (
    re.compile(r"^[\"']?specc[\"']?\s*:\s*\d", re.MULTILINE),
    re.compile(r"^[\"']?kind[\"']?\s*:", re.MULTILINE),
)
_YAML_TESTS = re.compile(r"^[\"']?(tests|extends)[\"']?\s*:", re.MULTILINE)


def carries_tests(path: Path) -> bool:
    """Whether a file looks like a spec with tests, its own or inherited ones. False for all that cannot be read."""
    try:
        if path.stat().st_size > _MOST or not path.is_file():
            return False
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return False
    suffix = path.suffix.lower()
    if suffix == ".toml":
        table = _TABLE.search(text)
        head = text[: table.start()] if table is not None else text
        return all(pattern.search(head) for pattern in _TOML_HEAD) and _TOML_TESTS.search(text) is not None
    if suffix == ".json" or text.lstrip().startswith("{"):
        return _json(text)
    return all(pattern.search(text) for pattern in _YAML_HEAD) and _YAML_TESTS.search(text) is not None


def _json(text: str) -> bool:
    if '"specc"' not in text:
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(value, dict)
        and {"specc", "kind"} <= value.keys()
        and not value.keys().isdisjoint({"tests", "extends"})
    )
