"""Where each value of a document stands in its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

Extent = tuple[int, int, int, int]
"""Character offsets: start and end of the key, start and end of the value.

A list item's key is the item itself. A TOML table that is opened by a header has the name in the header as its key and
the whole header as its value.
"""

Characters = list[tuple[int, int]]
"""For each character of a decoded string where its source begins and ends."""


@dataclass(slots=True)
class SideTable:
    """Built from the text on first use; values carry no marks."""

    extents: dict[Path, Extent] = field(default_factory=lambda: {(): (0, 0, 0, 0)})
    headers: set[Path] = field(default_factory=set)
    """Tables and lists whose extent is not their whole text: TOML headers and dotted keys."""
    repeated: dict[Path, list[tuple[int, int]]] = field(default_factory=dict)
    """Further places where a key is written (TOML: `[a.b]` and `[a.c]` both write `a`)."""
    links: dict[Path, Path] = field(default_factory=dict)
    """YAML aliases: what stands below the first path is written below the second."""
    characters: Callable[[int, int, str], Characters] | None = None
    """Maps the characters of a string written at `[start, end)` whose decoded value is given."""

    def nearest(self, path: Path) -> tuple[int, Extent]:
        """The extent of a path or of its nearest parent that has one, and how many steps of the path that covers."""
        covered = len(path)
        alias: tuple[Path, Path] | None = None
        for _ in range(1000):
            if alias is not None and path == alias[1]:
                path, alias = alias[0], None  # nothing of the path below the alias was found: point at the alias
            extent = self.extents.get(path)
            if extent is not None:
                return covered, extent
            for length in range(len(path) - 1, 0, -1):
                target = self.links.get(path[:length])
                if target is not None:
                    alias = (path[:length], target)
                    path = target + path[length:]
                    break
            else:
                path = path[:-1]
                covered -= 1
        return 0, self.extents[()]
