"""One line a finding: `file:line:column: error[CODE] message`."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics.diagnostic import Diagnostic
from specc.diagnostics.place import Span
from specc.diagnostics.render.styles import Styles
from specc.diagnostics.render.text import titled
from specc.diagnostics.render.visible import visible


def render_concise(diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
    """One line for every diagnostic; one without a position has no `file:line:column: `."""
    styles = Styles(color=color)
    return "".join(f"{_line(diagnostic, styles)}\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic, styles: Styles) -> str:
    where = ""
    at = diagnostic.labels[0].at if diagnostic.labels else None
    if isinstance(at, Span):
        where = f"{visible(at.file)}:{at.start.line}:{at.start.column}: "
    what = styles.severity(titled(diagnostic), diagnostic.severity)
    return f"{where}{what} {visible(diagnostic.message)}"
