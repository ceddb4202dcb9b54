"""What stands between the words of a text: blanks, line ends and comments, which TOML and YAML write alike."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specc.formatting.layout import Collection

_PIECE = re.compile(r"[ \t]*+(?:(\n)|(#[^\n]*+)|)")


@dataclass(slots=True)
class Remark:
    """A comment."""

    text: str
    beside: bool
    """Whether it stands behind something on its line."""
    blank: bool
    """Whether an empty line stands before it."""
    column: int
    """How far its line is indented, or more where something stands before it."""


class Gaps:
    """A position in a text that goes from word to word and gathers what is between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line_ends = 1
        """How many were passed since the last word or comment; a text begins on a new line."""
        self.remarks: list[Remark] = []
        """The comments that were passed and that nobody took."""

    def skip(self) -> None:
        """Go to the next word."""
        while True:
            found = _PIECE.match(self.text, self.position)
            if found is None:
                return
            self.position = found.end()
            if found[1]:
                self.line_ends += 1
            elif found[2]:
                column = found.start(2) - (self.text.rfind("\n", 0, found.start(2)) + 1)
                self.remarks.append(Remark(found[2].rstrip(), not self.line_ends, self.line_ends > 1, column))
                self.line_ends = 0
            else:
                return

    def read(self, end: int) -> str:
        """The word from here to `end`, which is passed over."""
        word = self.text[self.position : end]
        self.position, self.line_ends = end, 0
        return word

    def at(self, sign: str) -> bool:
        """Whether `sign` is next."""
        return self.text.startswith(sign, self.position)

    def take(self) -> list[Remark]:
        """The comments that were passed, which are the taker's now."""
        remarks, self.remarks = self.remarks, []
        return remarks


def share(gaps: Gaps, collection: Collection, above: list[str]) -> None:
    """Give the comment behind an item or the opening bracket to that; the rest are above what comes next."""
    owner = collection.items[-1] if collection.items else collection
    for remark in gaps.take():
        if remark.beside and not owner.beside and not any(above):
            owner.beside = remark.text
        else:
            above += [""] * remark.blank + [remark.text]
    above += [""] * (gaps.line_ends > 1)
