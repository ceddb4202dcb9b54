"""Lays a TOML text out: one blank line at most, one before each header, nothing indented but what is in brackets.

What the style is agrees with `tombi format` where it has a view; see docs/editors.md.
"""

from __future__ import annotations

from specc.formatting.layout import beside, write
from specc.formatting.toml_reader import Blank, Comment, Header, Pair, Statement, TomlReader


def print_toml(text: str) -> str:
    """The text, which is known to be valid and has no carriage returns, laid out anew."""
    printer = _Printer()
    for statement in TomlReader(text).statements():
        printer.add(statement)
    return printer.text()


class _Printer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.comments: list[str] = []
        """Those that wait for what they stand above."""
        self.blank = False
        """Whether a blank line is wanted before what comes next."""
        self.after_header = False

    def add(self, statement: Statement) -> None:
        match statement:
            case Blank():
                self._flush()
                self.blank = True
            case Comment(text):
                self.comments.append(text)
            case Header(text, comment):
                self.blank, self.after_header = True, False
                self._flush()
                self._line(text + beside(comment))
                self.after_header = True
            case Pair(key, value, comment):
                self._flush()
                start = f"{key} = "
                self._line(start + write(value, len(start), "") + beside(comment))

    def text(self) -> str:
        self._flush()
        return "".join(f"{line}\n" for line in self.lines)

    def _flush(self) -> None:
        for comment in self.comments:
            self._line(comment)
        self.comments = []

    def _line(self, text: str) -> None:
        if self.blank and self.lines and not self.after_header:
            self.lines.append("")
        self.lines.append(text)
        self.blank = self.after_header = False
