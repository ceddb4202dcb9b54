"""Applies the fixes that diagnostics carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics.diagnostic import Diagnostic, Fix
from specc.diagnostics.place import Span

if TYPE_CHECKING:
    from specc.source.edits import TextEdit
    from specc.source.lines import Lines


def apply_fixes(texts: Mapping[str, str], diagnostics: Iterable[Diagnostic]) -> dict[str, str]:
    """The new text of every file that the safe fixes of located diagnostics change.

    A fix is applied whole or not at all: one that touches what an earlier fix touches, or a file that is not in
    `texts`, waits for another round.
    """
    from bisect import bisect_right  # late: mending is rare

    from specc.source import lines as positions  # late: `source` itself reports diagnostics
    from specc.source.edits import edited

    lines = {file: positions.Lines(text) for file, text in texts.items()}
    taken: dict[str, list[TextEdit]] = {}
    for diagnostic in diagnostics:
        if diagnostic.fix is None or not diagnostic.fix.safe:
            continue
        planned = _planned(diagnostic.fix, lines)
        if planned is None or any(_overlaps(edit, taken.get(file, ())) for file, edit in planned):
            continue
        for file, edit in planned:
            edits = taken.setdefault(file, [])
            edits.insert(bisect_right(edits, edit), edit)
    changed = {file: edited(texts[file], edits) for file, edits in taken.items()}
    return {file: text for file, text in changed.items() if text != texts[file]}


def _planned(fix: Fix, lines: Mapping[str, Lines]) -> list[tuple[str, TextEdit]] | None:
    """The edits as character offsets; None when one of them stands in no known text or they overlap each other."""
    from specc.source.edits import TextEdit

    planned: list[tuple[str, TextEdit]] = []
    for edit in fix.edits:
        if not isinstance(edit.at, Span) or edit.at.file not in lines:
            return None
        known = lines[edit.at.file]
        offsets = TextEdit(known.offset(edit.at.start), known.offset(edit.at.end), edit.replacement)
        if _overlaps(offsets, [other for file, other in planned if file == edit.at.file]):
            return None
        planned.append((edit.at.file, offsets))
    return planned


def _overlaps(edit: TextEdit, others: Iterable[TextEdit]) -> bool:
    start, end, _ = edit
    return any((start < last and first < end) or start == first for first, last, _ in others)
