"""A fault in the text of one file, on its way to becoming a diagnostic."""

from __future__ import annotations

from typing import NamedTuple

from specc.diagnostics import Edit, Fix, Label, Sink
from specc.source.lines import Lines


class Mark(NamedTuple):
    """Characters `[start, end)` of the text, with a short remark."""

    start: int
    end: int
    text: str = ""

    def within(self, text: str) -> tuple[int, int]:
        """The offsets; a line end alone is pointed at without covering it."""
        return (self.start, self.start if text[self.start : self.end] in ("\n", "\r", "\r\n") else self.end)


class Replacement(NamedTuple):
    """What would mend the fault: `[start, end)` replaced by `text`, several times over if need be."""

    title: str
    edits: tuple[tuple[int, int, str], ...]
    safe: bool = True


class Fault(Exception):  # noqa: N818 - it is a finding about the user's text, not an error of ours
    """The text cannot be read as a document. Raised by `specc.source` and `specc.formatting` only."""

    def __init__(
        self,
        code: str,
        message: str,
        *marks: Mark,
        help: str | tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
        fix: Replacement | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.marks = marks
        self.help = help
        self.notes = notes
        self.fix = fix

    def shifted(self, offset: int) -> Fault:
        """The same fault, `offset` characters further on."""
        marks = [Mark(mark.start + offset, mark.end + offset, mark.text) for mark in self.marks]
        fix = self.fix
        if fix is not None:
            fix = fix._replace(edits=tuple((start + offset, end + offset, new) for start, end, new in fix.edits))
        return Fault(self.code, self.message, *marks, help=self.help, notes=self.notes, fix=fix)

    def report(self, file: str, text: str, sink: Sink) -> None:
        """Add this fault to `sink`, with offsets turned into lines and columns of `file`."""
        lines = Lines(text)
        labels = tuple(Label(lines.span(file, *mark.within(text)), mark.text) for mark in self.marks)
        fix = None
        if self.fix is not None:
            edits = tuple(Edit(lines.span(file, start, end), new) for start, end, new in self.fix.edits)
            fix = Fix(self.fix.title, edits, self.fix.safe)
        sink.report(self.code, self.message, *labels, help=self.help, notes=self.notes, fix=fix)
