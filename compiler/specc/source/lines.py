"""Character offsets of a text as lines and columns, and back."""

from __future__ import annotations

from bisect import bisect_right

from specc.diagnostics import Position, Span


class Lines:
    """Where the lines of a text begin. A line ends with a line feed; a carriage return before that is part of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        find = text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        self._starts = starts

    def position(self, offset: int) -> Position:
        """The line and column of a character offset, which may be the end of the text."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The character offset of a position; one past the end of a line or of the text is moved to that end."""
        line = max(1, min(position.line, len(self._starts)))
        start = self._starts[line - 1]
        end = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        return max(start, min(start + position.column - 1, end))

    def span(self, file: str, start: int, end: int) -> Span:
        """The span of characters `[start, end)`."""
        return Span(file, self.position(start), self.position(max(start, end)))
