"""A question: what may be typed at this place?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from specc.language_server.analysis import Analysis
from specc.language_server.completion.suggestion import Client
from specc.language_server.cursor import Cursor
from specc.source.document import lookup
from specc.source.side_table import Path

if TYPE_CHECKING:
    from specc.introspection import ModuleReader

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


@dataclass(frozen=True, eq=False)
class Request:
    """A cursor in an analysed spec, and the client that asks."""

    analysis: Analysis
    cursor: Cursor
    client: Client

    @property
    def path(self) -> Path:
        """Of the cursor."""
        return self.cursor.path

    @cached_property
    def value(self) -> Mapping[str, Any]:
        """The merged values of the spec, as far as they can be read."""
        spec = self.analysis.spec
        if spec is not None:
            return spec.value
        return _before(self.cursor.text[: self.cursor.offset]) if self.cursor.format == "json" else {}

    def at(self, *path: str | int) -> Any:
        """The value at a path; None where there is none."""
        return lookup(self.value, path)[1]

    def table(self, path: Path) -> dict[str, Any]:
        """The table at a path, with what is written in the brackets around the cursor."""
        found = lookup(self.value, path)[1]
        return self._written(path, dict(found) if isinstance(found, dict) else {})

    def _written(self, path: Path, table: dict[str, Any]) -> dict[str, Any]:
        """A table, with what is written of it in the brackets around the cursor."""
        for key, source in self.cursor.spot.written.get(path, {}).items():
            first, *more = key.split(".")
            if not more:
                table.setdefault(first, _scalar(source))
            else:
                table.setdefault(first, {})
        for inner in self.cursor.spot.written:
            if len(inner) > len(path) and inner[: len(path)] == path:
                table.setdefault(str(inner[len(path)]), {})
        return table

    def names(self, *path: str | int) -> list[str]:
        """The keys of the table at a path."""
        return list(self.table(path))

    def given(self, path: Path) -> frozenset[str]:
        """The keys that a table has in this file, but for the one that the cursor is in."""
        document = self.analysis.document
        own = lookup(document.value, path)[1] if document is not None else None
        found = {*(own if isinstance(own, dict) else ()), *self._written(path, {})}
        at_cursor = self.cursor.kind in ("key", "header") and path == self.path and self.cursor.whole in found
        if at_cursor and not self._written_twice(path):
            found.discard(self.cursor.whole)
        return frozenset(found)

    def _written_twice(self, path: Path) -> bool:
        """Whether the key at the cursor is not the only one of its name."""
        document = self.analysis.document
        if document is None:
            return False
        extent = document.table.extents.get((*path, self.cursor.whole))
        repeated = (*path, self.cursor.whole) in document.table.repeated
        return extent is not None and (repeated or not extent[0] <= self.cursor.offset <= extent[1])

    @cached_property
    def step_path(self) -> Path | None:
        """The innermost step that the cursor is in."""
        return max(self.steps_around, key=len, default=None)

    @property
    def steps_around(self) -> Iterator[Path]:
        """The steps that the cursor is in, outermost first."""
        path = self.path
        at = 0
        while at + 1 < len(path) and (path[at] == "steps" or (at == 0 and path[at] == "finally")):
            yield path[: at + 2]
            at += 2

    @property
    def step(self) -> dict[str, Any]:
        """The table of that step."""
        return self.table(self.step_path) if self.step_path is not None else {}

    @property
    def inside_step(self) -> Path:
        """The path below that step."""
        return self.path[len(self.step_path or ()) :]

    @property
    def folder(self) -> FilePath:
        """The folder of the spec."""
        return self.analysis.path.parent

    @property
    def code_root(self) -> FilePath:
        """The folder of the spec's modules."""
        root = self.at("package", "root")
        return self.folder / root if isinstance(root, str) else self.folder

    @cached_property
    def modules(self) -> ModuleReader:
        """What reads the project's Python."""
        if self.analysis.context is not None:
            return self.analysis.context.modules
        from specc.introspection import ModuleReader

        return ModuleReader([self.code_root], self.analysis.open_texts)


def _before(text: str) -> dict[str, Any]:
    """What JSON says on the lines before the last, should its brackets never close."""
    import json

    begun = text[: text.rfind("\n") + 1].rstrip().rstrip(",")
    open_: list[str] = []
    for found in _BRACKETS.finditer(begun):
        if found[0] in ("{", "["):
            open_.append("}" if found[0] == "{" else "]")
        elif found[0] in ("}", "]") and open_:
            open_.pop()
    try:
        value = json.loads(begun + "".join(reversed(open_)))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _scalar(source: str) -> Any:
    """A value by how it is written; of a table or list only that it is one."""
    if source[:1] in ('"', "'") and len(source) > 1:
        return source[1:-1]
    return {} if source.startswith("{") else [] if source.startswith("[") else source
