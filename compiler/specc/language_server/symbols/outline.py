"""The outline of a spec: its parameters, steps, outputs and tests, as far as its file has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specc_schemas.steps import ACTIONS

if TYPE_CHECKING:
    from specc.language_server.positions import Positions
    from specc.source.document import Document
    from specc.source.side_table import Path, SideTable

_Kind = types.SymbolKind
_BLOCKS: tuple[tuple[str, types.SymbolKind], ...] = (
    ("params", _Kind.Variable),
    ("env", _Kind.Constant),
    ("secrets", _Kind.Key),
    ("compute", _Kind.Struct),
    ("outputs", _Kind.Property),
    ("stacks", _Kind.Namespace),
)
_LONGEST = 80
"""Characters of what is said beside a name."""


@dataclass
class Entry:
    """One line of an outline, in character offsets."""

    name: str
    kind: types.SymbolKind
    detail: str
    start: int
    end: int
    name_start: int
    name_end: int
    children: list[Entry] = field(default_factory=list)


def outline(document: Document) -> list[Entry]:
    """The entries of a file, nested as its tables are."""
    return _Outline(document).entries()


def document_symbols(document: Document, positions: Positions) -> list[types.DocumentSymbol]:
    """The outline as a tree."""

    def converted(entry: Entry) -> types.DocumentSymbol:
        return types.DocumentSymbol(
            name=entry.name,
            detail=entry.detail or None,
            kind=entry.kind,
            range=positions.range(entry.start, entry.end),
            selection_range=positions.range(entry.name_start, entry.name_end),
            children=[converted(child) for child in entry.children] or None,
        )

    return [converted(entry) for entry in outline(document)]


def flat_symbols(document: Document, positions: Positions, uri: str) -> list[types.SymbolInformation]:
    """The same as a list, with the names of what an entry stands in."""

    def flat(entries: Sequence[Entry], container: str) -> Iterator[types.SymbolInformation]:
        for entry in entries:
            location = types.Location(uri, positions.range(entry.name_start, entry.name_end))
            yield types.SymbolInformation(location, entry.name, entry.kind, container_name=container or None)
            yield from flat(entry.children, f"{container}.{entry.name}" if container else entry.name)

    return list(flat(outline(document), ""))


class _Outline:
    def __init__(self, document: Document) -> None:
        self._value = document.value
        self._table = document.table
        self._hulls = _hulls(self._table)

    def entries(self) -> list[Entry]:
        found = [entry for block, kind in _BLOCKS if (entry := self._block((block,), self._value, kind))]
        found += [entry for block in ("steps", "finally") if (entry := self._steps((block,), self._value.get(block)))]
        found += [entry for block in ("triggers", "tests") if (entry := self._list(block))]
        return sorted(found, key=lambda entry: entry.name_start)

    def _entry(self, path: Path, name: str, kind: types.SymbolKind, detail: str = "") -> Entry | None:
        """An entry; none for what is written elsewhere, by a YAML alias."""
        extent = self._table.extents.get(path)
        if extent is None:
            return None
        start, end = self._hulls[path]
        first, last = extent[:2]
        return Entry(name or "…", kind, _short(detail), start, end, first, last)

    def _block(self, path: Path, holder: Mapping[str, Any], kind: types.SymbolKind) -> Entry | None:
        value = holder.get(str(path[-1]))
        if not isinstance(value, dict):
            return None
        entry = self._entry(path, str(path[-1]), _Kind.Module)
        if entry is not None:
            children = (self._entry((*path, name), name, kind, _told(path, item)) for name, item in value.items())
            entry.children = _sorted(child for child in children if child is not None)
        return entry

    def _steps(self, path: Path, steps: Any) -> Entry | None:
        if not isinstance(steps, dict):
            return None
        entry = self._entry(path, str(path[-1]), _Kind.Module)
        if entry is not None:
            entry.children = self._each_step(path, steps)
        return entry

    def _each_step(self, path: Path, steps: Mapping[str, Any]) -> list[Entry]:
        found: list[Entry] = []
        for name, step in steps.items():
            inner = step.get("steps") if isinstance(step, dict) else None
            kind = _Kind.Class if isinstance(inner, dict) else _Kind.Function
            entry = self._entry((*path, name), name, kind, does(step))
            if entry is not None:
                if isinstance(inner, dict):
                    entry.children = self._each_step((*path, name, "steps"), inner)
                found.append(entry)
        return _sorted(found)

    def _list(self, block: str) -> Entry | None:
        value = self._value.get(block)
        entry = self._entry((block,), block, _Kind.Module) if isinstance(value, list) and value else None
        if entry is None:
            return None
        kind = _Kind.Event if block == "triggers" else _Kind.Method
        for index, item in enumerate(value or ()):
            child = self._entry((block, index), _title(block, index, item), kind)
            if child is not None:
                name = self._table.extents.get((block, index, "name")) if block == "tests" else None
                if name is not None:
                    child.name_start, child.name_end = name[2], name[3]
                entry.children.append(child)
        return entry


def _sorted(entries: Any) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.name_start)


def _hulls(table: SideTable) -> dict[Path, tuple[int, int]]:
    """From the first to the last character of each value; the tables of TOML may be spread over the file."""
    found: dict[Path, tuple[int, int]] = {}
    for path, (key_start, key_end, start, end) in table.extents.items():
        repeated = table.repeated.get(path, ())
        found[path] = (
            min(key_start, start, *(first for first, _ in repeated)),
            max(key_end, end, *(last for _, last in repeated)),
        )
    for path in sorted(found, key=len, reverse=True):
        parent = found.get(path[:-1]) if len(path) > 1 else None
        if parent is not None:
            start, end = found[path]
            found[path[:-1]] = (min(parent[0], start), max(parent[1], end))
    return found


def does(step: Any) -> str:
    """What a step does, in a few words: `call birds:flap · each bird`."""
    if not isinstance(step, dict):
        return ""
    action = next((name for name in ACTIONS if name in step), None)
    words = [action or ""]
    if action == "steps":
        words = [f"{len(step['steps'])} steps" if isinstance(step["steps"], dict) else "steps"]
    elif action is not None:
        value = step[action]
        told = value.get("image") or value.get("url") or value.get("until") if isinstance(value, dict) else value
        told = " ".join(map(str, told)) if isinstance(told, list) else told
        words = [f"{action} {told}" if isinstance(told, str) else action]
    if isinstance(step.get("each"), dict):
        words.append(f"each {', '.join(step['each'])}")
    if isinstance(step.get("matrix"), dict):
        words.append("matrix")
    words += [key for key in ("repeat", "when") if key in step]
    return " · ".join(word for word in words if word)


def _told(path: Path, value: Any) -> str:
    """What is said beside the name of something that is no step."""
    if isinstance(value, dict):
        words = [value[key] for key in ("type", "engine", "memory", "region") if isinstance(value.get(key), str)]
        if path == ("params",) and "default" in value:
            words.append(f"= {value['default']}")
        return " ".join(words)
    return value if isinstance(value, str) and path != ("stacks",) else ""


def _title(block: str, index: int, item: Any) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    if isinstance(name, str) and name.strip():
        return name
    if block == "triggers" and isinstance(item, dict):
        for key in ("schedule", "event"):
            table = item.get(key)
            if isinstance(table, dict):
                told = next(
                    (table[word] for word in ("cron", "rate", "source") if isinstance(table.get(word), str)), ""
                )
                return f"{key} {told}".strip()
    return f"{block[:-1]} {index + 1}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
