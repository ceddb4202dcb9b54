"""Lines that are added to a file, from where they were last read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_BLOCK = 1024 * 1024


def new_lines(path: Path, offset: int) -> Iterator[tuple[bytes, int]]:
    """The whole lines after `offset` bytes, without their ends, and where each ends. Raises `OSError`."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(offset)
        begun = b""
        while block := file.read(_BLOCK):
            *whole, begun = (begun + block).split(b"\n")
            for line in whole:
                offset += len(line) + 1
                yield line, offset
