"""Which files are specs, and where nobody keeps any. The extension of Visual Studio Code has the same rule."""

from __future__ import annotations

import json
import re
from pathlib import Path

from specc.source.formats import FORMATS

LEFT_OUT = frozenset({"build", "dist", "node_modules", "site-packages", "__pycache__", "venv"})
"""Folders of what was made or comes from elsewhere; those whose names begin with a dot are left out, too."""

_NAMES = tuple(f".specc{suffix}" for suffix in FORMATS)
_DIRECTIVE = re.compile(r"\ufeff?(?:\s*#[^\n]*\n)*?\s*#[^\n]*specc\.schema\.json")
_TOML_KEY = re.compile(r"""\ufeff?(?:(?![ \t]*\[)[^\n]*\n)*?[ \t]*(?:specc|"specc"|'specc')[ \t]*=""")
_YAML_KEY = re.compile(r"""^\ufeff?(?:specc|"specc"|'specc')[ \t]*:""", re.MULTILINE)
_JSON_KEY = re.compile(r'"specc"\s*:')
_FIRST_JSON_KEYS = re.compile(r'\ufeff?\s*\{[^{}\[\]]*?"specc"\s*:')


def is_spec(path: Path, text: str) -> bool:
    """Whether a file is a spec, sound or not: by its name, its schema directive, or the key `specc` at its top.

    A key deeper in the text makes none: a project may depend on a package of this name.
    """
    if path.name.lower().endswith(_NAMES) or _DIRECTIVE.match(text) is not None:
        return True
    format = FORMATS.get(path.suffix.lower())
    if format == "json" or text.lstrip("\ufeff \t\r\n").startswith("{"):
        return format is not None and _is_json_spec(text)
    if format == "yaml":
        return _YAML_KEY.search(text) is not None
    return format == "toml" and _TOML_KEY.match(text) is not None


def _is_json_spec(text: str) -> bool:
    """A text that cannot be read is one by the keys before its first bracket."""
    if _JSON_KEY.search(text) is None and "specc:" not in text:
        return False
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return _FIRST_JSON_KEYS.match(text) is not None or text.lstrip().startswith("{specc:")
    return isinstance(value, dict) and "specc" in value
