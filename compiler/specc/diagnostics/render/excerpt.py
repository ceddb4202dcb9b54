"""The lines of a file that a finding is about, with the spots underlined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specc.diagnostics.diagnostic import Severity
from specc.diagnostics.place import Span
from specc.diagnostics.render.styles import Styles
from specc.diagnostics.render.underlines import Underline, rows
from specc.diagnostics.render.visible import cells

_LONGEST = 140
"""Characters of a line that are shown; of longer lines the part around the underlined spots."""
_BEFORE = 40
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Mark:
    """A spot to underline, in one or several lines."""

    span: Span
    text: str
    primary: bool


class Excerpt:
    """Some lines of a file and the marks in them."""

    def __init__(self, lines: Sequence[str], marks: Sequence[Mark]) -> None:
        self._lines = lines
        self._pieces: dict[int, list[tuple[int, int, Mark, bool]]] = {}
        """Line -> first column, end column, mark, whether the mark ends here."""
        self._covered: list[tuple[int, int]] = []
        for mark in marks:
            self._add(mark)

    @property
    def gutter(self) -> int:
        """Columns that the line numbers take."""
        return len(str(max(self._pieces, default=1)))

    def _line(self, number: int) -> str:
        return self._lines[number - 1].removesuffix("\r")

    def _add(self, mark: Mark) -> None:
        start, end = mark.span.start, mark.span.end
        last = min(end.line, len(self._lines))
        if last > start.line and last == end.line and end.column == 1:
            last -= 1  # ends with the line end before
        if last <= start.line:
            stop = end.column if end.line == start.line else len(self._line(start.line)) + 1
            self._pieces.setdefault(start.line, []).append((start.column, max(stop, start.column + 1), mark, True))
            return
        first_line, last_line = self._line(start.line), self._line(last)
        stop = end.column if last == end.line else len(last_line) + 1
        indent = min(len(last_line) - len(last_line.lstrip()) + 1, stop - 1)
        first_end = max(len(first_line) + 1, start.column + 1)
        self._pieces.setdefault(start.line, []).append((start.column, first_end, mark, False))
        self._pieces.setdefault(last, []).append((max(1, indent), max(stop, indent + 1), mark, True))
        self._covered.append((start.line, last))

    def render(self, gutter: int, styles: Styles, severity: Severity) -> list[str]:
        """The rows to print."""
        printed: list[str] = []
        previous = 0
        blank = " " * gutter
        for number in sorted(self._pieces):
            if any(first <= previous and number <= last for first, last in self._covered):
                if number == previous + 2:
                    printed.append(f"{styles.frame(f'{number - 1:>{gutter}} |')} {self._window(number - 1, 0)[0]}")
                elif number > previous + 2:
                    printed.append(styles.frame(_CUT))
            text, underlines = self._marked(number)
            printed.append(f"{styles.frame(f'{number:>{gutter}} |')} {text}")
            printed += [f"{styles.frame(f'{blank} |')} {row}" for row in rows(underlines, styles, severity)]
            previous = number
        return printed

    def _window(self, number: int, first: int) -> tuple[str, list[int], int]:
        """The shown part of a line, the terminal column of each shown character, and the first shown character."""
        line = self._line(number)
        begin = max(0, first - _BEFORE) if len(line) > _LONGEST else 0
        shown = cells(line[begin : begin + _LONGEST])
        columns = [len(_CUT) if begin else 0]
        for _, width in shown:
            columns.append(columns[-1] + width)
        text = "".join(part for part, _ in shown)
        return (
            (_CUT if begin else "") + text + (_CUT if begin + _LONGEST < len(line) else ""),
            columns,
            begin,
        )

    def _marked(self, number: int) -> tuple[str, list[Underline]]:
        pieces = self._pieces[number]
        focus = next((piece for piece in pieces if piece[2].primary), min(pieces, key=lambda piece: piece[0]))
        text, columns, begin = self._window(number, focus[0] - 1)
        underlines = []
        for start, end, mark, ends in pieces:
            left = self._column(columns, start - 1 - begin)
            right = max(left + 1, self._column(columns, end - 1 - begin))
            underlines.append(Underline(left, right, mark.text if ends else "", mark.primary))
        return text, underlines

    @staticmethod
    def _column(columns: list[int], index: int) -> int:
        return columns[max(0, min(index, len(columns) - 1))]
