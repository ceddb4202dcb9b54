"""Where what stands at an offset is defined: a name of the spec, a Python function or parameter, a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from specc.introspection import Callable as Target
from specc.introspection import ModuleReader
from specc.introspection.scripts import Script, read_script
from specc.language_server.symbols.paths import is_path
from specc.source.document import lookup

if TYPE_CHECKING:
    from lsprotocol import types

    from specc.diagnostics import Span
    from specc.language_server.symbols.index import Index
    from specc.language_server.symbols.places import Places
    from specc.language_server.symbols.symbol import Occurrence, Symbol
    from specc.source.document import Document
    from specc.source.side_table import Path

_STEPS = ("steps", "finally")
_IN_STEPS = (("steps",), ("finally",))
_FILES = (("pulumi", "extra"), ("package", "requirements"))
"""Keys whose values are paths from the folder of the spec."""


class At(NamedTuple):
    """The innermost value at an offset, and whether the offset is in its key."""

    path: Path
    is_key: bool


def definition(
    index: Index,
    document: Document,
    offset: int,
    places: Places,
    reader: ModuleReader,
    other: Callable[[str], Index | None],
) -> list[types.Location]:
    """The definitions of what stands at an offset of one of the spec's files.

    `reader` reads the spec's Python modules; `other` gives the names of another spec by its real path.
    """
    found = index.at(document.name, offset)
    if found is not None:
        return [
            places.location(item.file, text, item.start, item.end)
            for symbol in found.symbols
            for item, text in _declarations(index if symbol.spec == index.spec else other(symbol.spec), symbol)
        ]
    at = innermost(document, offset)
    if at is None:
        return []
    span = _python(index, at, lookup(document.value, at.path)[1], reader)
    if span is not None:
        return [places.of_span(span, reader.texts[span.file])] if span.file in reader.texts else []
    file = named_file(index, document, at.path)
    return [places.location(file, "", 0, 0)] if file is not None and not at.is_key else []


def _declarations(index: Index | None, symbol: Symbol) -> Iterator[tuple[Occurrence, str]]:
    """The first declaration in each file; without any, where something more is said of it."""
    known = index.by_symbol.get(symbol, ()) if index is not None else ()
    there = [item for item in known if item.role == "declaration"] or [item for item in known if item.role != "use"]
    first: dict[str, Occurrence] = {}
    for item in there:
        first.setdefault(item.file, item)
    for item in first.values():
        assert index is not None
        yield item, index.files[index.real(item.file)].text


def innermost(document: Document, offset: int) -> At | None:
    """The innermost key or value at an offset."""
    best: tuple[int, At] | None = None
    for path, (key_start, key_end, start, end) in document.table.extents.items():
        spans = [(start, end, False), (key_start, key_end, key_start != start)]
        spans += [(*span, True) for span in document.table.repeated.get(path, ())]
        for first, last, is_key in spans:
            if path and first <= offset <= last and (best is None or last - first < best[0]):
                best = (last - first, At(path, is_key))
    return best[1] if best is not None else None


def module_reader(index: Index, open_texts: dict[str, bytes]) -> ModuleReader:
    """Reads the Python modules of a spec that has not been analysed as far as that."""
    return ModuleReader([_package(index)], open_texts)


def _package(index: Index) -> FilePath:
    """The folder of the spec's Python modules."""
    root = index.values.table(("package",)).get("root")
    folder = FilePath(index.documents[0].name).parent
    return folder / (root if is_path(root) else ".")


def _python(index: Index, at: At, value: Any, reader: ModuleReader) -> Span | None:
    """The function that a `call` names, or its parameter that a key of `with` names."""
    path = at.path
    if path[-1] == "call" and isinstance(value, str):
        found = _function(value, reader)
        return found.span if found is not None else None
    script = _script(index, path, reader)
    if script is not None:
        return _in_script(index, script, at, value)
    if at.is_key and len(path) >= 4 and path[-2] == "with" and path[-4] in _STEPS:
        call = index.values.table(path[:-2]).get("call")
        found = _function(call, reader) if isinstance(call, str) else None
        if found is None:
            return None
        parameter = found.signature.by_name.get(str(path[-1])) if found.signature is not None else None
        return (parameter.span if parameter is not None else None) or found.span
    return None


def _script(index: Index, path: Path, reader: ModuleReader) -> Script | None:
    """The script of the step that a path leads into, where the path names something of the script's."""
    depth = next((depth for depth in (1, 2) if path[-depth - 2 : -depth - 1] in _IN_STEPS), 0)
    if depth == 0 or path[-depth] not in ("module", "entry", "globals", "outputs", "with"):
        return None
    step = index.values.table(path[:-depth])
    for key in ("script", "module"):
        name = step.get(key)
        if isinstance(name, str):
            found = read_script(reader, _package(index), name, is_module=key == "module")
            return found if isinstance(found, Script) else None
    return None


def _in_script(index: Index, script: Script, at: At, value: Any) -> Span | None:
    """Where the script binds what a key or a value names."""
    table, last = at.path[-2], at.path[-1]
    if last == "module":
        return script.source.span(script.source.tree)
    if last == "entry" or table == "with":
        entry = script.callable(str(value if last == "entry" else index.values.table(at.path[:-2]).get("entry")))
        if not isinstance(entry, Target):
            return None
        parameter = entry.signature.by_name.get(str(last)) if entry.signature is not None and at.is_key else None
        return (parameter.span if parameter is not None else None) or entry.span
    found = script.variables.get(str(last if at.is_key else value))
    return found.span if found is not None and (at.is_key or table == "outputs") else None


def _function(call: str, reader: ModuleReader) -> Target | None:
    module, _, name = call.partition(":")
    found = reader.function(module, name) if module and name else None
    return found if isinstance(found, Target) else None


def named_file(index: Index, document: Document, path: Path) -> str | None:
    """The file that the text at a path names, should it be there."""
    value = lookup(document.value, path)[1]
    if not is_path(value):
        return None
    folder = FilePath(index.documents[0].name).parent
    block = path[2:] if path[0] == "stacks" else path
    if len(path) == 2 and path[0] == "extends":
        folder = FilePath(document.name).parent
    elif path[-1] == "script" and path[-3:-2] in _IN_STEPS:
        folder = _package(index)
    elif len(block) == 2 and block[0] == "secrets" and value.startswith("file:"):
        value = value.removeprefix("file:")
    elif not (block in _FILES or (path[-1] == "pipeline" and path[-3:-2] in _IN_STEPS)):
        return None
    found = os.path.normpath(folder / value)
    return found if os.path.isfile(found) else None  # noqa: PTH113 - `Path.is_file` may raise
