"""Scalars of YAML as they are written: in one line, in several, or as a block of text below `|` or `>`."""

from __future__ import annotations

import re

from specc.formatting.yaml_tree import Node, Unusual

_PLAINLY_QUOTED = re.compile(r"'((?:[^'\"\\\n\x85\u2028\u2029]|'')*)'")
_BLOCK_HEADER = re.compile(r"([|>][-+0-9]*)[ \t]*(#[^\n]*)?(?:\n|$)")


def in_one_line(word: str) -> str:
    """A scalar in one line, also one that is written in several; in double quotes where both kinds mean the same."""
    if "\n" in word:
        lines = [line.strip(" \t") for line in word.split("\n")]
        if "" in lines or any(line.endswith("\\") for line in lines):
            raise Unusual
        word = " ".join(lines)
    found = _PLAINLY_QUOTED.fullmatch(word)
    return '"' + found[1].replace("''", "'") + '"' if found else word


def in_lines(word: str, indent: str) -> str:
    """A scalar in as many lines as it is written in, all but the first indented anew."""
    if "\n" not in word:
        return in_one_line(word)
    first, *rest = word.split("\n")
    lines = [_without_end(first), *(indent + _without_end(line.lstrip(" \t")) if line.strip() else "" for line in rest)]
    return "\n".join(lines)


def _without_end(line: str) -> str:
    """The line without blanks at its end; an escaped one is none."""
    bare = line.rstrip(" \t")
    return line if bare.endswith("\\") else bare


class Block:
    """A block of text."""

    def __init__(self, node: Node, word: str) -> None:
        header = _BLOCK_HEADER.match(word)
        if header is None:
            raise Unusual
        self.header = header[1]
        self.comment = (header[2] or "").rstrip()
        digits = re.sub(r"\D", "", self.header)
        self.step = int(digits) if digits else None
        """How much further than what holds it the text is indented, if the header says so."""
        self.keeps = "+" in self.header
        """Whether empty lines at its end belong to it."""
        lines = word[header.end() :].split("\n")
        self.lines = self._unindented(lines, node.event.value)
        if not self.lines[-1]:  # what follows the last line end
            self.lines.pop()
        self.trailing = 0
        """Empty lines at its end that do not belong to it."""
        while self.lines and not self.lines[-1] and not self.keeps:
            self.lines.pop()
            self.trailing += 1

    def _unindented(self, lines: list[str], value: str) -> list[str]:
        written = next((line for line in lines if line.strip(" ")), None)
        if written is None:
            if self.step is not None:
                raise Unusual
            return [""] * len(lines)
        meant = next((line for line in value.split("\n") if line.strip(" ")), "")
        indent = _indent(written) - (_indent(meant) if self.step is not None else 0)
        return [line[indent:] for line in lines]

    def indented(self, indent: str) -> list[str]:
        """The lines below the header."""
        return [indent + line if line else "" for line in self.lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
