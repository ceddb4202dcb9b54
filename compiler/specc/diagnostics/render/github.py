"""Workflow commands of GitHub Actions, which show findings beside the changed lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics.diagnostic import Diagnostic, Severity
from specc.diagnostics.place import Span
from specc.diagnostics.render.visible import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """One workflow command a diagnostic; secondary labels and help are further lines of its message."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    properties: list[str] = []
    at = diagnostic.labels[0].at if diagnostic.labels else None
    if isinstance(at, Span):
        properties.append(f"file={_property(at.file)}")
        properties.append(f"line={at.start.line}")
        properties.append(f"endLine={at.end.line}")
        if at.start.line == at.end.line:  # columns are refused for several lines
            properties.append(f"col={at.start.column}")
            properties.append(f"endColumn={max(at.start.column, at.end.column - 1)}")
    properties.append(f"title={_property(diagnostic.code)}")
    lines = [visible(diagnostic.message)]
    lines += [f"help: {visible(text)}" for text in diagnostic.help]
    lines += [f"note: {visible(note)}" for note in diagnostic.notes]
    return f"::{_COMMANDS[diagnostic.severity]} {','.join(properties)}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
