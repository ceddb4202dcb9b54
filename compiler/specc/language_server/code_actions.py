"""Quick fixes: what the compiler's findings offer, as edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types

from specc.diagnostics import Diagnostic, Span
from specc.diagnostics.diagnostic import Fix
from specc.diagnostics.fixes import apply_fixes
from specc.language_server.analysis import Analysis
from specc.language_server.diagnostics import convert
from specc.language_server.reformatting import edit_between

FIX_ALL = types.CodeActionKind.SourceFixAll
"""Applies every safe fix, as `specc check --fix` does."""


def code_actions(
    analysis: Analysis, range: types.Range, only: Sequence[types.CodeActionKind | str] | None
) -> list[types.CodeAction]:
    """The fixes of what is reported within `range`, the safe ones first, and all safe ones of the file at once."""
    found: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix, only):
        found += _quick_fixes(analysis, range)
    if _wanted(FIX_ALL, only) and (everything := _fix_all(analysis)) is not None:
        found.append(everything)
    return found


def _wanted(kind: types.CodeActionKind, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    return not only or any(kind.value == str(_text(one)) or kind.value.startswith(f"{_text(one)}.") for one in only)


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _quick_fixes(analysis: Analysis, range: types.Range) -> Iterable[types.CodeAction]:
    offered = [item for item in analysis.diagnostics if item.fix is not None and _touches(analysis, item, range)]
    for diagnostic in sorted(offered, key=lambda item: not (item.fix is not None and item.fix.safe)):
        assert diagnostic.fix is not None
        edit = _workspace_edit(analysis, diagnostic.fix)
        if edit is None:
            continue
        yield types.CodeAction(
            title=diagnostic.fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[convert(analysis, diagnostic)],
            is_preferred=diagnostic.fix.safe,
            edit=edit,
        )


def _touches(analysis: Analysis, diagnostic: Diagnostic, range: types.Range) -> bool:
    """Whether a finding is about the range: one of its own labels touches it."""
    first, last = analysis.positions.offset(range.start), analysis.positions.offset(range.end)
    for label in diagnostic.labels:
        if isinstance(label.at, Span) and label.at.file == analysis.name:
            start, end = analysis.offsets(label.at)
            if start <= last and first <= end:
                return True
    return not diagnostic.labels


def _workspace_edit(analysis: Analysis, fix: Fix) -> types.WorkspaceEdit | None:
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in fix.edits:
        if not isinstance(edit.at, Span):
            return None
        uri = analysis.uri_of(edit.at.file)
        changes.setdefault(uri, []).append(types.TextEdit(analysis.range(edit.at), edit.replacement))
    return types.WorkspaceEdit(changes=changes) if changes else None


def _fix_all(analysis: Analysis) -> types.CodeAction | None:
    changed = apply_fixes({analysis.name: analysis.text}, analysis.diagnostics).get(analysis.name)
    if changed is None:
        return None
    edit = edit_between(analysis.text, changed, analysis.positions)
    return types.CodeAction(
        title="Apply all safe fixes", kind=FIX_ALL, edit=types.WorkspaceEdit(changes={analysis.uri: [edit]})
    )
