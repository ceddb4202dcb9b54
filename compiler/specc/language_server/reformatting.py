"""What `specc fmt` would change, as edits."""

from __future__ import annotations

from lsprotocol import types

from specc.language_server.analysis import format_of
from specc.language_server.positions import Positions
from specc.language_server.workspace import OpenFiles, path_of
from specc.source.fault import Fault


def reformat(files: OpenFiles, uri: str) -> list[types.TextEdit]:
    """One edit for the lines that change; none for a file that is no spec, cannot be read, or is as it should be."""
    from specc.formatting import FormattingError, format_text

    text = files.spec_text(uri)
    if text is None:
        return []
    try:
        new = format_text(text, format_of(path_of(uri), text))
    except (Fault, FormattingError):
        return []
    return _edits(text, new, files)


def _edits(text: str, new: str, files: OpenFiles) -> list[types.TextEdit]:
    if text == new:
        return []
    old_lines, new_lines = text.splitlines(keepends=True), new.splitlines(keepends=True)
    first = 0
    while first < min(len(old_lines), len(new_lines)) and old_lines[first] == new_lines[first]:
        first += 1
    last = 0
    while last < min(len(old_lines), len(new_lines)) - first and old_lines[-1 - last] == new_lines[-1 - last]:
        last += 1
    start = sum(map(len, old_lines[:first]))
    end = len(text) - sum(map(len, old_lines[len(old_lines) - last :]))
    replacement = "".join(new_lines[first : len(new_lines) - last])
    return [types.TextEdit(Positions(text, files.encoding).range(start, end), replacement)]
