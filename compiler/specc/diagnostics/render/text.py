"""Findings for people: the message, the lines it is about with the spots underlined, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.diagnostics.diagnostic import Diagnostic, Label
from specc.diagnostics.place import Span
from specc.diagnostics.render.excerpt import Excerpt, Mark
from specc.diagnostics.render.styles import Styles
from specc.diagnostics.render.visible import visible


def render_text(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], *, color: bool = False) -> str:
    """All diagnostics, with a blank line between them."""
    styles = Styles(color=color)
    lines: dict[str, list[str]] = {}
    return "\n".join(_render(diagnostic, texts, lines, styles) for diagnostic in diagnostics)


def _render(diagnostic: Diagnostic, texts: Mapping[str, str], lines: dict[str, list[str]], styles: Styles) -> str:
    head = styles.severity(titled(diagnostic), diagnostic.severity)
    rows = [f"{head}: {styles.strong(visible(diagnostic.message))}"]
    by_file = _by_file(diagnostic.labels)
    excerpts = {file: _excerpt(file, labels, texts, lines) for file, labels in by_file.items()}
    gutter = max((excerpt.gutter for excerpt in excerpts.values()), default=1)
    for number, (file, labels) in enumerate(by_file.items()):
        arrow = styles.frame(" " * gutter + (":::" if number else "-->"))
        start = labels[0][0].start
        rows.append(f"{arrow} {visible(file)}:{start.line}:{start.column}")
        rows += excerpts[file].render(gutter, styles, diagnostic.severity)
    for kind, sayings in (("help", diagnostic.help), ("note", diagnostic.notes)):
        for saying in sayings:
            rows += _saying(kind, saying, gutter, styles)
    return "\n".join(row.rstrip() for row in rows) + "\n"


def titled(diagnostic: Diagnostic) -> str:
    """`error[SPC201]`, or `error` for what has no code."""
    return f"{diagnostic.severity}[{diagnostic.code}]" if diagnostic.code else str(diagnostic.severity)


def _by_file(labels: Sequence[Label]) -> dict[str, list[tuple[Span, str, bool]]]:
    """The labels of each file, the primary label's file first; whether each is the primary one."""
    found: dict[str, list[tuple[Span, str, bool]]] = {}
    for number, label in enumerate(labels):
        if isinstance(label.at, Span):
            found.setdefault(label.at.file, []).append((label.at, label.text, number == 0))
    return found


def _excerpt(
    file: str,
    labels: list[tuple[Span, str, bool]],
    texts: Mapping[str, str],
    lines: dict[str, list[str]],
) -> Excerpt:
    if file not in texts:
        return Excerpt([], [])
    if file not in lines:
        lines[file] = texts[file].split("\n")
    known = lines[file]
    inside = [label for label in labels if label[0].start.line <= len(known)]
    return Excerpt(known, [Mark(span, visible(text), primary) for span, text, primary in inside])


def _saying(kind: str, text: str, gutter: int, styles: Styles) -> list[str]:
    """Help or a note; further lines of it stand under the first."""
    first, *rest = text.split("\n")
    lead = " " * gutter + " " + styles.frame("=") + " "
    indent = " " * (gutter + 3 + len(kind) + 2)
    return [f"{lead}{styles.strong(f'{kind}:')} {visible(first)}", *(f"{indent}{visible(line)}" for line in rest)]
