"""Files that are replaced as a whole, as editors do it: who watches them never sees one that is half written."""

from __future__ import annotations

from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Have `path` say `text`."""
    other = path.with_name(f".{path.name}.new")
    other.write_text(text)
    other.replace(path)
