"""What `specc fmt` would change, as edits."""

from __future__ import annotations

from lsprotocol import types

from specc.language_server.positions import Positions
from specc.language_server.workspace import OpenFiles
from specc.source.fault import Fault


def reformat(files: OpenFiles, uri: str) -> list[types.TextEdit]:
    """One edit for the lines that change; none for a file that is no spec, cannot be read, or is as it should be."""
    from specc.formatting import FormattingError, format_text

    text = files.spec_text(uri)
    if text is None:
        return []
    try:
        new = format_text(text, files.format(uri, text))
    except (Fault, FormattingError):
        return []
    return [edit_between(text, new, Positions(text, files.encoding))] if new != text else []


def edit_between(old: str, new: str, positions: Positions) -> types.TextEdit:
    """One edit of the lines in which two texts differ."""
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    least = min(len(old_lines), len(new_lines))
    first = 0
    while first < least and old_lines[first] == new_lines[first]:
        first += 1
    last = 0
    while last < least - first and old_lines[-1 - last] == new_lines[-1 - last]:
        last += 1
    start = sum(map(len, old_lines[:first]))
    end = len(old) - sum(map(len, old_lines[len(old_lines) - last :]))
    return types.TextEdit(positions.range(start, end), "".join(new_lines[first : len(new_lines) - last]))
