"""JSON for programs. The shape is stable: keys are added, never renamed, while `version` stays 1.

    {"version": 1,
     "summary": {"errors": 1, "warnings": 0, "hints": 0},
     "diagnostics": [
       {"code": "SPC201", "severity": "error", "message": "...",
        "labels": [{"file": "pipe.toml", "start": {"line": 10, "column": 15}, "end": {"line": 10, "column": 26},
                    "text": "..."}],
        "help": ["..."], "notes": ["..."],
        "fix": {"title": "...", "safe": true,
                "edits": [{"file": "...", "start": {...}, "end": {...}, "replacement": "..."}]}}]}

The first label is the primary one; lines and columns count characters from 1, and an end is not part of its span.
`fix` is null when there is none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from specc.diagnostics.diagnostic import Diagnostic, Fix, Severity
from specc.diagnostics.place import Place, Span


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """All diagnostics as one JSON document in ASCII."""
    counts = {f"{severity}s": sum(found.severity is severity for found in diagnostics) for severity in Severity}
    document = {"version": 1, "summary": counts, "diagnostics": [as_data(diagnostic) for diagnostic in diagnostics]}
    return json.dumps(document, indent=2) + "\n"


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as JSON values."""
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "labels": [
            {**_span(label.at), "text": label.text} for label in diagnostic.labels if isinstance(label.at, Span)
        ],
        "help": list(diagnostic.help),
        "notes": list(diagnostic.notes),
        "fix": _fix(diagnostic.fix),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [{**_span(edit.at), "replacement": edit.replacement} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _span(span: Span | Place) -> dict[str, Any]:
    if not isinstance(span, Span):
        raise TypeError("diagnostics must be located before they are rendered")
    return {
        "file": span.file,
        "start": {"line": span.start.line, "column": span.start.column},
        "end": {"line": span.end.line, "column": span.end.column},
    }
