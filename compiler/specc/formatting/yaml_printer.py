"""Lays a YAML text out: indented by two, lists further than their key, one blank line at most.

What the parser tells is followed word by word, and what stands between the words is written anew. A text that holds
something unusual is left as it is.
"""

from __future__ import annotations

import re

from specc.formatting.gaps import Gaps, Remark
from specc.formatting.layout import STEP, WIDTH, beside, write
from specc.formatting.yaml_flow import read_flow, read_key, read_properties
from specc.formatting.yaml_tree import Node, Unusual, read_tree
from specc.formatting.yaml_words import Block, in_lines
from specc.source.yaml_events import ScalarEvent

_UNUSUAL = re.compile("[\r\x85\u2028\u2029\ufeff]|^%", re.MULTILINE)
"""Line ends that only YAML takes for such, marks that it passes over, and directives."""


def print_yaml(text: str) -> str:
    """The text, which is known to be valid, laid out anew."""
    if _UNUSUAL.search(text):
        return text
    try:
        return _Printer(text).run()
    except Unusual:
        return text


class _Printer:
    def __init__(self, text: str) -> None:
        self.gaps = Gaps(text)
        self.root = read_tree(text)
        self.lines: list[str] = []
        self.line: str | None = None
        """The line that words are added to."""
        self.fresh = True
        """Whether a blank line would be the first of the text or below a key."""
        self.levels: list[tuple[int, str]] = []
        """For the tables and lists around the last word: where their lines began, and where they begin now."""
        self.ends_line = True
        """Whether the text ends with a line end. A block at the end may have none, which is a part of its value."""

    def run(self) -> str:
        """The whole text."""
        gaps = self.gaps
        gaps.skip()
        self._marker("---")
        if self.root is not None and not self.root.empty:
            self._node(self.root, "", "", below=self.root.block)
            gaps.skip()
        self._marker("...")
        if gaps.position < len(gaps.text):
            raise Unusual
        self._comments("")
        self._close()
        return "\n".join(self.lines) + ("\n" if self.lines and self.ends_line else "")

    def _marker(self, marker: str) -> None:
        """Write where the document begins or ends, if that is said."""
        gaps = self.gaps
        if gaps.at(marker) and gaps.text[gaps.position + 3 : gaps.position + 4] in ("", " ", "\t", "\n"):
            self._start("")
            self._word(gaps.read(gaps.position + 3))
            gaps.skip()

    def _close(self) -> None:
        if self.line is not None:
            self.lines.append(self.line)
        self.line = None

    def _start(self, indent: str) -> None:
        """Begin a line below the comments that were passed."""
        self._comments(indent)
        self._new_line(indent, blank=self.gaps.line_ends > 1)

    def _new_line(self, indent: str, *, blank: bool) -> None:
        self._close()
        if blank and not self.fresh:
            self.lines.append("")
        self.line, self.fresh = indent, False

    def _word(self, word: str) -> None:
        if self.line is None:
            raise Unusual
        self.line += f" {word}" if self.line.strip(" ") else word

    def _comments(self, indent: str) -> None:
        """Write the comments that were passed: beside the last word, or as far indented as what they belong to."""
        for remark in self.gaps.take():
            if remark.beside and self.line is not None:
                self.line += beside(remark.text)
                self._close()
            else:
                self._new_line(self._level_of(remark, indent), blank=remark.blank)
                self.line = (self.line or "") + remark.text
                self._close()

    def _level_of(self, remark: Remark, indent: str) -> str:
        """The indentation of the innermost table or list that a comment stands in."""
        inside = [new for old, new in self.levels if old <= remark.column and len(new) > len(indent)]
        return inside[-1] if inside else indent

    def _node(self, node: Node, indent: str, inner: str, *, below: bool) -> None:
        """Write what follows `:`, `-` or nothing; `inner` is where lines of its own begin.

        `below` says that a table or list cannot begin on the line of what it follows.
        """
        gaps = self.gaps
        if node.absent:
            return
        gaps.skip()
        for word in read_properties(gaps, node):
            self._inside(inner)
            self._word(word)
            below = True
        if node.block:
            self._block(node, inner, below=below)
        elif node.collection:
            self._inside(inner)
            column = len(self.line or "") + 1
            self._word(write(read_flow(gaps, node), column, inner))
        elif not node.empty:
            self._scalar(node, indent, inner)

    def _inside(self, inner: str) -> None:
        """Go on on this line, but below the comments that were passed."""
        if self.gaps.remarks or self.line is None:
            self._fresh_comments(inner)
            self._new_line(inner, blank=False)

    def _fresh_comments(self, inner: str) -> None:
        if self.gaps.remarks and self.gaps.remarks[0].beside:
            first, *self.gaps.remarks = self.gaps.remarks
            if self.line is not None:
                self.line += beside(first.text)
        self._close()
        self.fresh = True
        self._comments(inner)

    def _block(self, node: Node, inner: str, *, below: bool) -> None:
        if below or self.gaps.remarks or self.line is None:
            self._fresh_comments(inner)
        depth = len(self.levels)
        for number, child in enumerate(node.children[:: 2 if node.mapping else 1]):
            self.gaps.skip()
            if number or self.line is None:
                self._start(inner)
            del self.levels[depth + 1 :]
            if not number:
                self.levels.append((self._column(), inner))
            if node.mapping:
                self._pair(child, node.children[2 * number + 1], inner)
            else:
                self._dash(child, inner)

    def _column(self) -> int:
        return self.gaps.position - (self.gaps.text.rfind("\n", 0, self.gaps.position) + 1)

    def _dash(self, item: Node, indent: str) -> None:
        if not self.gaps.at("-"):
            raise Unusual
        self._word(self.gaps.read(self.gaps.position + 1))
        self._node(item, indent, indent + STEP, below=False)

    def _pair(self, key: Node, value: Node, indent: str) -> None:
        if self.gaps.at("? ") or self.gaps.at("?\n"):
            raise Unusual
        name = read_key(self.gaps, key)
        self.gaps.skip()
        if not self.gaps.at(":"):
            raise Unusual
        self.gaps.read(self.gaps.position + 1)
        self._word(f"{name}:")
        self._node(value, indent, indent + STEP, below=True)

    def _scalar(self, node: Node, indent: str, inner: str) -> None:
        gaps = self.gaps
        if type(node.event) is ScalarEvent and node.event.style in ("|", ">"):
            self._inside(inner)
            self._text(Block(node, gaps.text[gaps.position : node.end]), node, indent, inner)
            return
        written = gaps.text[gaps.position : node.end]
        too_long = "\n" in written or len(self.line or "") + 1 + len(written) > WIDTH
        if gaps.line_ends and too_long:  # where it stands on a line of its own, it has reason to
            self._fresh_comments(inner)
            self._new_line(inner, blank=False)
        self._inside(inner)
        gaps.read(node.end)
        self._word(in_lines(written, inner))

    def _text(self, block: Block, node: Node, indent: str, inner: str) -> None:
        self._word(block.header + beside(block.comment))
        self._close()
        self.lines += block.indented(inner if block.step is None else indent + " " * block.step)
        self.gaps.read(node.end)
        self.gaps.line_ends = 1 + block.trailing
        self.ends_line = "\n" in self.gaps.text[node.end - 1 :] or "-" in block.header
