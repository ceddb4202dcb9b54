"""Replaces places in diagnostics by spans, and puts the diagnostics in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specc.diagnostics import Diagnostic, Edit, Fix, Label, Place, Severity, Span
from specc.source.spec import Spec

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


def locate_diagnostics(diagnostics: Iterable[Diagnostic], spec: Spec | None) -> tuple[Diagnostic, ...]:
    """The diagnostics with every `Place` made a `Span`, sorted by file and position, errors first at the same place.

    Without a spec, labels that are places are left out. A fix whose text cannot be told exactly is left out too.
    """
    located = [_located(diagnostic, spec) for diagnostic in diagnostics]
    order = {document.name: number for number, document in enumerate(spec.documents)} if spec else {}

    def key(diagnostic: Diagnostic) -> tuple[int, str, int, int, int]:
        rank = _RANK[diagnostic.severity]
        at = diagnostic.labels[0].at if diagnostic.labels else None
        if not isinstance(at, Span):
            return (-1, "", 0, 0, rank)
        return (order.get(at.file, len(order)), at.file, at.start.line, at.start.column, rank)

    return tuple(sorted(located, key=key))


def _located(diagnostic: Diagnostic, spec: Spec | None) -> Diagnostic:
    labels: list[Label] = []
    for label in diagnostic.labels:
        at = label.at
        if isinstance(at, Place):
            if spec is None:
                continue
            at = spec.locate(at)
        labels.append(Label(at, label.text))
    help_text = _written(diagnostic.help, labels, spec) if diagnostic.help and spec is not None else diagnostic.help
    return replace(diagnostic, labels=tuple(labels), help=help_text, fix=_located_fix(diagnostic.fix, spec))


def _written(help_text: tuple[str, ...], labels: list[Label], spec: Spec) -> tuple[str, ...]:
    """Advice in the notation of the file that it is about."""
    files = {document.name: document for document in spec.documents}
    at = labels[0].at if labels else None
    document = files.get(at.file, spec.documents[0]) if isinstance(at, Span) else spec.documents[0]
    if document.format == "toml":
        return help_text
    from specc.source.notation import in_format  # late: most specs are TOML

    return tuple(in_format(text, document.format) for text in help_text)


def _located_fix(fix: Fix | None, spec: Spec | None) -> Fix | None:
    """The fix with exact spans; a key that is written several times is edited everywhere."""
    if fix is None:
        return None
    edits: list[Edit] = []
    for edit in fix.edits:
        spans = (edit.at,) if isinstance(edit.at, Span) else _exact(edit.at, spec)
        if not spans:
            return None
        is_key = isinstance(edit.at, Place) and edit.at.part == "key"
        edits.extend(Edit(span, _key(edit.replacement, span, spec) if is_key else edit.replacement) for span in spans)
    return Fix(fix.title, tuple(edits), fix.safe)


def _key(name: str, span: Span, spec: Spec | None) -> str:
    """A new key as the file's format writes it; one that is written already stays."""
    from specc.source.writing import written_key  # late: mending is rare

    formats = {document.name: document.format for document in spec.documents} if spec is not None else {}
    return name if name.startswith('"') else written_key(name, formats.get(span.file, "toml"))


def _exact(place: Place, spec: Spec | None) -> tuple[Span, ...]:
    if spec is None:
        return ()
    if place.part == "key":
        holding = (document for document in spec.documents if document.has(place.path))
        return tuple(span for document in holding for span in document.exact_keys(place))
    span = spec.document_of(place).exact(place)
    return () if span is None else (span,)
