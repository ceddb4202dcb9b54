"""The compiler's findings as the editor's diagnostics."""

from __future__ import annotations

from lsprotocol import types

from specc.diagnostics import Diagnostic, Severity, Span
from specc.language_server.analysis import Analysis

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
_PAGE = "https://specc.dev/docs/diagnostics"
"""Where each code is explained."""


def diagnostics(analysis: Analysis) -> list[types.Diagnostic]:
    """What the editor shows in the spec's text; findings in other files are shown where the spec names those."""
    return [convert(analysis, found) for found in analysis.diagnostics]


def convert(analysis: Analysis, found: Diagnostic) -> types.Diagnostic:
    """One finding. What it says of other places stands beside it as related information."""
    spans = [(label.at, label.text) for label in found.labels if isinstance(label.at, Span)]
    own = next((at for at, _ in spans if at.file == analysis.name), None)
    related = [
        types.DiagnosticRelatedInformation(analysis.location(at), text or "here") for at, text in spans if at is not own
    ]
    lines = [found.message, *(f"help: {text}" for text in found.help), *(f"note: {text}" for text in found.notes)]
    return types.Diagnostic(
        range=analysis.range(own) if own is not None else analysis.positions.range(0, 0),
        message="\n".join(lines),
        severity=_SEVERITIES[found.severity],
        code=found.code or None,
        code_description=types.CodeDescription(f"{_PAGE}#{found.code.lower()}") if found.code else None,
        source="specc",
        related_information=related or None,
    )
