"""A journal as lines, read in blocks: its size costs no memory, and damage to a line costs that line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import pairwise

from specc_targets.local.runs.records import is_sound

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. No record is longer; what is, is no journal."""
_BLOCK = 256 * 1024
_BEGINNING = rb'[0-9a-f]{8} \["'


def lines(descriptor: int) -> Iterator[tuple[int, bytes, bool]]:
    """Offset, content without newline, and whether there was a newline, of each line of a file. Raises `OSError`.

    Of a line longer than `LONGEST_LINE` only a beginning is given.
    """
    offset = 0
    position = 0
    parts: list[bytes] = []  # of the line that no newline has ended yet
    waiting = 0
    while block := os.pread(descriptor, _BLOCK, position):
        position += len(block)
        first, *found = block.split(b"\n")
        if waiting < LONGEST_LINE:
            parts.append(first)
        waiting += len(first)
        if not found:
            continue
        last = found.pop()
        yield offset, b"".join(parts), True
        offset += waiting + 1
        for line in found:
            yield offset, line, True
            offset += len(line) + 1
        parts, waiting = [last], len(last)
    if waiting:
        yield offset, b"".join(parts), False


def saved_from(line: bytes) -> Iterator[tuple[int, bytes]]:
    """Start and content of the sound records in a line that is not sound itself.

    Two records are one line when the newline between them is damaged, or when one was cut off and another follows.
    """
    starts = [found.start() for found in re.finditer(_BEGINNING, line)]
    for start, following in pairwise([*starts, len(line)]):
        for end in (following - 1, following):
            if is_sound(line[start:end]):
                yield start, line[start:end]
                break
