"""Which of the files that an editor opens are specs."""

from __future__ import annotations

import re
from pathlib import Path

_KEY = re.compile(r"""^[ \t]*["']?specc["']?[ \t]*[:=]""", re.MULTILINE)
"""The key that every spec has, wherever its first table begins."""
_DIRECTIVE = re.compile(r"\A\ufeff?(?:\s*#[^\n]*\n)*?\s*#[^\n]*specc\.schema\.json", re.MULTILINE)
_SUFFIXES = (".specc.toml", ".specc.yaml", ".specc.yml", ".specc.json")


def is_spec(path: Path, text: str) -> bool:
    """Whether a file is a spec: by its name, its schema directive, or its key `specc`."""
    if path.name.lower().endswith(_SUFFIXES):
        return True
    return _KEY.search(text) is not None or _DIRECTIVE.match(text) is not None
