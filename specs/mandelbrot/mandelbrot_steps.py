"""The functions of `mandelbrot.toml`. Nothing here knows that tiles are computed in several processes."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log
from pathlib import Path

SHADES = " .:-=+*#%@"
"""From points that escape at once to points that never do."""


@dataclass(frozen=True)
class View:
    """A part of the plane, as pixels: `x` and `y` are its centre, `span` is how wide it is."""

    x: float
    y: float
    span: float
    columns: int
    rows: int

    @property
    def pixel(self) -> float:
        return self.span / self.columns


@dataclass(frozen=True)
class Tile:
    """A rectangle of pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Painted:
    """A tile and, row by row, after how many rounds each of its points escapes; `depth` if it does not."""

    tile: Tile
    rounds: list[list[int]]


def tiles(view: View, size: int) -> Iterator[Tile]:
    for top in range(0, view.rows, size):
        for left in range(0, view.columns, size):
            yield Tile(left, top, min(size, view.columns - left), min(size, view.rows - top))


def paint(tile: Tile, view: View, depth: int) -> Painted:
    xs = [
        view.x + (column + 0.5 - view.columns / 2) * view.pixel for column in range(tile.left, tile.left + tile.width)
    ]
    ys = [view.y - (row + 0.5 - view.rows / 2) * view.pixel for row in range(tile.top, tile.top + tile.height)]
    return Painted(tile, [[escape(x, y, depth) for x in xs] for y in ys])


def escape(x: float, y: float, depth: int) -> int:
    a = b = 0.0
    for rounds in range(depth):
        if a * a + b * b > 4:
            return rounds
        a, b = a * a - b * b + x, 2 * a * b + y
    return depth


def join(painted: list[Painted | None], view: View) -> list[list[int]]:
    """All tiles as one picture. Those that are missing stay as if all their points escaped at once."""
    picture = [[0] * view.columns for _ in range(view.rows)]
    for part in painted:
        for row, rounds in enumerate(part.rounds if part else []):
            picture[part.tile.top + row][part.tile.left : part.tile.left + part.tile.width] = rounds
    return picture


def inside(picture: list[list[int]], depth: int) -> int:
    """How many points never escaped."""
    return sum(row.count(depth) for row in picture)


def area(inside: int, view: View) -> float:
    return float(f"{inside * view.pixel**2:.4g}")


def sketch(picture: list[list[int]], depth: int) -> list[str]:
    """The picture in letters, at most 72 in a line. One is twice as high as it is wide, so it stands for two pixels."""
    step = ceil(len(picture[0]) / 72)
    least = min(map(min, picture))
    scale = (len(SHADES) - 1) / log(depth + 2 - least)
    letters = {rounds: SHADES[int(scale * log(rounds + 1 - least))] for rounds in range(least, depth)} | {
        depth: SHADES[-1]
    }
    return ["".join(letters[rounds] for rounds in row[::step]).rstrip() for row in picture[:: 2 * step]]


def save(picture: list[list[int]], depth: int, file: str) -> int:
    """Write the picture as a PNG with 256 colors, and give its size in bytes."""
    shades = [t / 255 for t in range(255)]
    colors = [(9 * (1 - t) * t**3, 15 * (1 - t) ** 2 * t**2, 8.5 * (1 - t) ** 3 * t) for t in shades] + [(0, 0, 0)]
    palette = bytes(int(255 * part) for color in colors for part in color)
    index = [int(254 * (rounds / depth) ** 0.5) for rounds in range(depth)] + [255]
    rows = b"".join(b"\0" + bytes(index[rounds] for rounds in row) for row in picture)
    header = struct.pack("!IIBBBBB", len(picture[0]), len(picture), 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in chunks)
    return Path(file).write_bytes(data)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))
