"""A spec that is being edited: its picture whenever it is sound, and what is wrong whenever it is not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.diagnostics import Severity
from specc.diagnostics.render import render
from specc.frontend import Compilation, check
from specc_targets.graph.draw import draw
from specc_targets.graph.graphviz import GraphvizError
from specc_targets.graph.html import steps, to_html
from specc_targets.graph.picture import Picture, short
from specc_targets.graph.pictures import Layout, laid_out, sources

_Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class State:
    """What a page shows. `version` grows with every change."""

    version: int
    message: Mapping[str, Any]
    """What listeners are sent: `picture` (None while the spec has errors) and `problems`, the diagnostics as text."""
    page: bytes


class Watcher:
    """Knows the files that a picture comes from, and draws anew when one has changed.

    Files are looked at by time and size, with the folders they are in: so one that was missing is seen when it comes.
    """

    def __init__(self, spec: str, layout: Layout) -> None:
        self._spec, self._layout = spec, layout
        self._picture = Picture(title=Path(spec).name, nodes=(), links=())
        self._sources: dict[str, str] = {}
        self._stamps: dict[str, _Stamp] = {}
        self._problems = ""
        self._sound = False
        self._shown: tuple[Picture, dict[str, str], str] | None = None
        """The last picture that could be laid out, where its steps stand, its SVG. It stays while there are errors."""
        self._draw()
        self.state = self._made(1)

    def look(self) -> bool:
        """Whether something has changed, which `state` then is about."""
        if all(_stamp(name) == stamp for name, stamp in self._stamps.items()):
            return False
        before = (self._picture, self._sources, self._problems, self._sound)
        self._draw()
        if before == (self._picture, self._sources, self._problems, self._sound):
            return False
        self.state = self._made(self.state.version + 1)
        return True

    def _draw(self) -> None:
        earlier = {name: _stamp(name) for name in self._stamps}  # before reading: what changes meanwhile is seen later
        compilation = check(self._spec)
        names = _with_folders([self._spec, *compilation.texts])
        self._stamps = {name: earlier[name] if name in earlier else _stamp(name) for name in names}
        self._problems = _told(compilation)
        self._sound = not compilation.failed and compilation.module is not None
        if compilation.module is not None and self._sound:
            self._picture = draw(compilation.module)
            self._sources = sources(compilation, self._picture)

    def _made(self, version: int) -> State:
        if self._sound:
            try:
                self._shown = (self._picture, self._sources, laid_out(self._picture, self._layout))
            except GraphvizError as error:
                if version == 1:
                    raise
                self._problems, self._sound = f"{error}\n{self._problems}", False
        picture, places, svg = self._shown or (self._picture, self._sources, laid_out(self._picture, "built-in"))
        told = {"version": version, "problems": self._problems}
        page = to_html(picture, places, svg, {**told, "stale": not self._sound})
        drawing = {"title": short(picture.title, 200), "svg": svg, "steps": steps(picture, places)}
        return State(version, {**told, "picture": drawing if self._sound else None}, page)


def _told(compilation: Compilation) -> str:
    """Errors and warnings, as on a terminal."""
    found = [item for item in compilation.diagnostics if item.severity is not Severity.HINT]
    return render(found, compilation.texts, "text") if found else ""


def _with_folders(names: Iterable[str]) -> list[str]:
    files = list(dict.fromkeys(names))
    return list(dict.fromkeys([*files, *(os.path.dirname(name) or "." for name in files)]))  # noqa: PTH120  # many, often


def _stamp(name: str) -> _Stamp:
    try:
        found = os.stat(name)  # noqa: PTH116  # many, often
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
