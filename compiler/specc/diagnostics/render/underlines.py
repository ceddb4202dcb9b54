"""Underlines below a line, and their remarks, laid out so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specc.diagnostics.diagnostic import Severity
from specc.diagnostics.render.styles import Styles


@dataclass(frozen=True, slots=True)
class Underline:
    """Terminal columns `[left, right)` to underline, with a remark."""

    left: int
    right: int
    text: str
    primary: bool


def rows(underlines: Sequence[Underline], styles: Styles, severity: Severity) -> list[str]:
    """The rows below the line. The rightmost remark stands beside its underline, those to its left hang below."""
    waiting = sorted(underlines, key=lambda one: (one.left, not one.primary))
    printed: list[str] = []
    while waiting:
        block: list[Underline] = []
        rest: list[Underline] = []
        for one in waiting:
            (block if not block or one.left >= block[-1].right else rest).append(one)
        printed += _block(block, styles, severity)
        waiting = rest
    return printed


def _block(block: list[Underline], styles: Styles, severity: Severity) -> list[str]:
    """Underlines that do not overlap, from left to right."""
    pieces = [(one.left, ("^" if one.primary else "-") * (one.right - one.left), one) for one in block]
    last = block[-1]
    if last.text:
        pieces.append((last.right + 1, last.text, last))
    printed = [_row(pieces, styles, severity)]
    hanging = [one for one in block[:-1] if one.text]
    while hanging:
        *others, one = hanging
        printed.append(
            _row([*((other.left, "|", other) for other in others), (one.left, one.text, one)], styles, severity)
        )
        hanging = others
    return printed


def _row(pieces: Sequence[tuple[int, str, Underline]], styles: Styles, severity: Severity) -> str:
    row, column = "", 0
    for left, text, one in pieces:
        row += " " * (left - column)
        row += styles.severity(text, severity) if one.primary else styles.frame(text)
        column = max(column, left) + len(text)
    return row
