"""SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from specc.diagnostics.catalogue import ENTRIES
from specc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Severity
from specc.diagnostics.place import Span
from specc.diagnostics.render.visible import visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """One SARIF log with one run; columns count Unicode code points."""
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    run = {
        "tool": {"driver": {"name": "specc", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    entry = ENTRIES.get(code)
    if entry is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": entry.title}, "fullDescription": {"text": entry.why.strip()}}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    hints = [f"help: {text}" for text in diagnostic.help] + [f"note: {text}" for text in diagnostic.notes]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(visible(part) for part in [diagnostic.message, *hints])},
    }
    spans = [(label.at, label.text) for label in diagnostic.labels if isinstance(label.at, Span)]
    if spans:
        result["locations"] = [_location(*spans[0])]
    if len(spans) > 1:
        result["relatedLocations"] = [{"id": number, **_location(*span)} for number, span in enumerate(spans[1:], 1)]
    if diagnostic.fix is not None:
        result["fixes"] = [_fix(diagnostic.fix)]
    return result


def _location(span: Span, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(span.file), "region": _region(span)}}
    if text:
        found["message"] = {"text": visible(text)}
    return found


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }


def _artifact(file: str) -> dict[str, str]:
    path = PurePath(file)
    prefix = "file://" if path.is_absolute() else ""
    return {"uri": prefix + quote(path.as_posix().encode("utf-8", "surrogateescape"))}


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        span = _edited(edit)
        replacement = {"deletedRegion": _region(span), "insertedContent": {"text": edit.replacement}}
        changes.setdefault(span.file, []).append(replacement)
    artifacts = [{"artifactLocation": _artifact(file), "replacements": found} for file, found in changes.items()]
    return {"description": {"text": fix.title}, "artifactChanges": artifacts}


def _edited(edit: Edit) -> Span:
    if not isinstance(edit.at, Span):
        raise TypeError("diagnostics must be located before they are rendered")
    return edit.at
