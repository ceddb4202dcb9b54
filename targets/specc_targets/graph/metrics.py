"""How wide texts are, without asking a font: the same on every machine.

The widths are those of DejaVu Sans and its bold face (their table `hmtx`), which are wider than the other fonts that a
picture asks for. So a text that fits by this measure fits wherever the picture is looked at.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_PLAIN = (
    "318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 "
    "337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 "
    "684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 "
    "635 411 521 392 634 592 818 592 592 525 636 337 636 838"
)
_BOLD = (
    "348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696 696 400 "
    "400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850 770 720 682 812 "
    "774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716 678 435 716 712 343 343 665 343 1042 712 687 "
    "716 716 493 595 478 712 652 924 645 652 582 712 365 712 838"
)
"""Thousandths of the font's size, of the letters from space to tilde."""
_LATIN, _OTHER, _WIDE = 1.0, 1.2, 1.4
"""Of the size: what accented letters take at most, letters of other scripts, and those of two columns."""
_BREAKS = re.compile(r"(?<=[\s._:/,;=\-)\]])")
"""Where a line may end."""


@cache
def _table(bold: bool) -> dict[str, float]:
    return {chr(32 + at): int(width) / 1000 for at, width in enumerate((_BOLD if bold else _PLAIN).split())}


def _letter(letter: str, table: dict[str, float]) -> float:
    if letter in table:
        return table[letter]
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _LATIN if ord(letter) < 0x250 or unicodedata.category(letter)[0] in "PS" else _OTHER


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is at most."""
    table = _table(bold)
    return size * sum(_letter(letter, table) for letter in text)


def wrapped(text: str, size: float, room: float, lines: int, *, bold: bool = False) -> list[str]:
    """The text in at most so many lines, none wider than `room`; what does not fit is an ellipsis."""
    found: list[str] = []
    rest = text.strip()
    while rest:
        if text_width(rest, size, bold=bold) <= room:
            return [*found, rest]
        if len(found) == lines - 1:
            ellipsis_ = "\N{HORIZONTAL ELLIPSIS}"
            return [*found, _cut(rest, size, room - size, bold).rstrip() + ellipsis_]
        line = _fitting(rest, size, room, bold)
        found.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return found


def _fitting(text: str, size: float, room: float, bold: bool) -> str:
    """The beginning of the text that fits, up to the end of a word or of a part of one, if that is not too short."""
    most = _cut(text, size, room, bold)
    ends = [found.start() for found in _BREAKS.finditer(text, 0, len(most) + 1) if found.start() <= len(most)]
    words = [end for end in ends if text[end - 1].isspace()]
    for found, least in ((words, len(most) / 2), (ends, len(most) / 3)):
        if found and found[-1] > least:
            return text[: found[-1]]
    return most


def _cut(text: str, size: float, room: float, bold: bool) -> str:
    """As many letters as fit; one at least."""
    table = _table(bold)
    width = 0.0
    for at, letter in enumerate(text):
        width += size * _letter(letter, table)
        if width > room:
            return text[: max(at, 1)]
    return text
