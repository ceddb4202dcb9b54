"""Diagnostics as text for people and as data for programs; one renderer a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from specc.diagnostics.diagnostic import Diagnostic

Format = Literal["text", "concise", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = ("text", "concise", "json", "github", "sarif")

__all__ = ["FORMATS", "Format", "render"]


def render(
    diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], format: Format = "text", *, color: bool = False
) -> str:
    """Render located diagnostics.

    `texts` holds the text of each file by the name that spans use; without it only positions are shown. `color` adds
    terminal colors to `text` and `concise`; whether a terminal wants them (and `NO_COLOR`) is the caller's question.
    No control character of the user's text reaches the result, in any format.
    """
    if format == "concise":
        from specc.diagnostics.render.concise import render_concise

        return render_concise(diagnostics, color=color)
    if format == "json":
        from specc.diagnostics.render.json_format import render_json

        return render_json(diagnostics)
    if format == "github":
        from specc.diagnostics.render.github import render_github

        return render_github(diagnostics)
    if format == "sarif":
        from specc.diagnostics.render.sarif import render_sarif

        return render_sarif(diagnostics)
    from specc.diagnostics.render.text import render_text

    return render_text(diagnostics, texts, color=color)
