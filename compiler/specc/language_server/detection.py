"""Which of the files that an editor opens are specs."""

from __future__ import annotations

import re
from pathlib import Path

_DIRECTIVE = re.compile(r"\A\ufeff?(?:\s*#[^\n]*\n)*?\s*#[^\n]*specc\.schema\.json")
_SUFFIXES = (".specc.toml", ".specc.yaml", ".specc.yml", ".specc.json")
_KEYS = {
    ".toml": re.compile(r"""\A(?:[ \t]*(?!\[)[^\n]*\n)*?[ \t]*["']?specc["']?[ \t]*="""),
    ".json": re.compile(r"""\A\s*\{[^{}\[\]]*?"specc"\s*:"""),
}
_YAML_KEY = re.compile(r"""^["']?specc["']?[ \t]*:""", re.MULTILINE)
"""The key that every spec has, at the top: a dependency of this name makes no spec of a project's file."""


def is_settings(path: Path) -> bool:
    """Whether a file holds the settings of a project."""
    from specc.config import FILE_NAME

    return path.name == FILE_NAME


def is_spec(path: Path, text: str) -> bool:
    """Whether a file is a spec: by its name, its schema directive, or its key `specc`."""
    if path.name.lower().endswith(_SUFFIXES) or _DIRECTIVE.match(text) is not None:
        return True
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml") and not text.lstrip().startswith("{"):
        return _YAML_KEY.search(text) is not None
    key = _KEYS.get(".json" if text.lstrip().startswith("{") else suffix, _KEYS[".toml"])
    return key.match(text) is not None
