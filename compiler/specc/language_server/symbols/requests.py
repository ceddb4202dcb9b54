"""Answers what the editor asks about names, for one request: which file, which place, which other specs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types
from pygls import uris

from specc.language_server.positions import Positions
from specc.language_server.symbols.family import Family, Found, family
from specc.language_server.symbols.places import Places
from specc.language_server.symbols.programs import Programs
from specc.language_server.symbols.renaming import Refusal, check_renameable, rename

if TYPE_CHECKING:
    from specc.language_server.server import SpeccLanguageServer
    from specc.language_server.symbols.disk import Disk
    from specc.language_server.symbols.index import Index
    from specc.language_server.symbols.symbol import Occurrence
    from specc.source.document import Document
    from specc.source.edits import TextEdit

_MOST_SYMBOLS = 1_000
"""Lines of an answer about the whole workspace."""


class Opened(NamedTuple):
    """A file that the editor asks about, as a part of a spec."""

    names: Index
    document: Document
    positions: Positions


class Requests:
    """What the server knows, by what the editor may ask."""

    def __init__(self, server: SpeccLanguageServer, disk: Disk) -> None:
        self._server = server
        self._files = server.files
        folders = [_path(folder.uri) for folder in server.workspace.folders.values()]
        root = server.workspace.root_path
        self._folders = [Path(folder) for folder in folders or ([root] if root else [])]
        self._programs = Programs(server.files, self._folders, disk)
        self._places = Places(self._open_uris, server.files.encoding)

    @cached_property
    def _open_uris(self) -> dict[str, str]:
        documents = self._server.workspace.text_documents.values()  # the keys are no addresses: they are decoded
        return {os.path.realpath(_path(document.uri)): document.uri for document in documents}

    def _opened(self, uri: str, *, search: bool = False) -> Opened | None:
        """A file of a spec. Only with `search` it may be one that only closed specs extend: most files are of none."""
        index = self._programs.of(uri, _path(uri), search=search)
        document = index.files.get(os.path.realpath(_path(uri))) if index is not None else None
        if index is None or document is None:
            return None
        analysis = self._files.analysis(uri)
        same = analysis is not None and analysis.document is document and len(analysis.text) == len(document.text)
        if analysis is not None and same:  # the document lacks the byte order mark that a text may have
            return Opened(index, document, analysis.positions)
        return Opened(index, document, Positions(document.text, self._files.encoding))

    # --- names

    def definition(self, uri: str, position: types.Position) -> list[types.Location]:
        """Where what is at a position is defined."""
        from specc.language_server.symbols.definition import definition, module_reader

        opened = self._opened(uri, search=True)
        if opened is None:
            return []
        analysis = self._files.analysis(uri)
        context = analysis.context if analysis is not None else None
        reader = context.modules if context is not None else module_reader(opened.names, self._files.texts)
        offset = opened.positions.offset(position)
        return definition(opened.names, opened.document, offset, self._places, reader, self._programs.spec)

    def references(self, uri: str, position: types.Position, *, declared: bool) -> list[types.Location]:
        """Where what is at a position is named, in all specs that share it."""
        at = self._name_at(uri, position)
        if at is None:
            return []
        places = self._family(*at)[1].places
        return [self._location(found) for found in places if declared or found.occurrence.role != "declaration"]

    def highlights(self, uri: str, position: types.Position) -> list[types.DocumentHighlight]:
        """Where what is at a position is named in its file."""
        opened = self._opened(uri)
        at = opened.names.at(opened.document.name, opened.positions.offset(position)) if opened is not None else None
        if opened is None or at is None:
            return []
        wanted = set(at.symbols)
        read, write = types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write
        return [
            types.DocumentHighlight(opened.positions.range(item.start, item.end), read if item.role == "use" else write)
            for item in opened.names.occurrences
            if item.file == opened.document.name and not wanted.isdisjoint(item.symbols)
        ]

    def prepare_rename(self, uri: str, position: types.Position) -> types.PrepareRenamePlaceholder | None:
        """The name that would be renamed. Raises `Refusal` for one that cannot be."""
        opened, at = self._opened(uri, search=True), self._name_at(uri, position)
        if opened is None or at is None:
            return None
        symbol = at[1].symbols[0]
        check_renameable(symbol)
        return types.PrepareRenamePlaceholder(opened.positions.range(at[1].start, at[1].end), symbol.name)

    def rename(self, uri: str, position: types.Position, name: str) -> types.WorkspaceEdit:
        """The edits of a rename. Raises `Refusal`."""
        at = self._name_at(uri, position)
        if at is None:
            raise Refusal("there is no name here that can be changed")
        indexes, found = self._family(*at)
        changes = rename(indexes, found, name, set(self._programs.unreadable))
        for file in changes:
            if not self._is_inside(file):
                raise Refusal(f"`{file}` is outside of the folder that is open in the editor")
        texts = {document.name: document.text for document, _ in found.places}
        return self._edit({file: self._text_edits(file, texts[file], edits) for file, edits in changes.items()})

    def links(self, uri: str) -> list[types.DocumentLink]:
        """The files that the spec names."""
        from specc.language_server.symbols.definition import named_file

        opened = self._opened(uri)
        if opened is None:
            return []
        index, document, positions = opened
        return [
            types.DocumentLink(positions.range(extent[2], extent[3]), self._places.uri(file))
            for path, extent in document.table.extents.items()
            if (file := named_file(index, document, path)) is not None
        ]

    def _name_at(self, uri: str, position: types.Position) -> tuple[Index, Occurrence] | None:
        opened = self._opened(uri, search=True)
        if opened is None:
            return None
        found = opened.names.at(opened.document.name, opened.positions.offset(position))
        return (opened.names, found) if found is not None else None

    def _family(self, index: Index, occurrence: Occurrence) -> tuple[list[Index], Family]:
        indexes = self._programs.related(index)
        return indexes, family(indexes, occurrence.symbols)

    def _location(self, found: Found) -> types.Location:
        document, item = found
        return self._places.location(document.name, document.text, item.start, item.end)

    def _is_inside(self, file: str) -> bool:
        """Whether a file belongs to what the user works on: it is open, or below a folder that is."""
        real = os.path.realpath(file)
        folders = (os.path.realpath(folder) for folder in self._folders)
        return real in self._open_uris or any(Path(real).is_relative_to(folder) for folder in folders)

    def _text_edits(self, file: str, text: str, changes: list[TextEdit]) -> list[types.TextEdit]:
        return [types.TextEdit(self._places.range(file, text, start, end), new) for start, end, new in changes]

    def _edit(self, edits: dict[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
        """The edits in the form that the editor understands; with versions, it can refuse outdated ones."""
        workspace = self._server.client_capabilities.workspace
        knows = workspace.workspace_edit if workspace is not None else None
        by_uri = {self._places.uri(file): changes for file, changes in edits.items()}
        if knows is None or not knows.document_changes:
            return types.WorkspaceEdit(changes=by_uri)
        versioned = types.OptionalVersionedTextDocumentIdentifier
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(versioned(uri, self._files.version(uri)), list(changes))
                for uri, changes in by_uri.items()
            ]
        )

    # --- shapes

    def _written(self, uri: str) -> tuple[Document, Positions] | None:
        """A file of a spec, without its names, which need some time."""
        analysis = self._files.analysis(uri)
        document = analysis.document if analysis is not None else None
        if analysis is not None and document is not None and len(analysis.text) == len(document.text):
            return document, analysis.positions
        opened = self._opened(uri)
        return opened[1:] if opened is not None else None

    def outline(self, uri: str) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
        """The outline of a file, as a tree where the editor knows trees."""
        from specc.language_server.symbols.outline import document_symbols, flat_symbols

        written = self._written(uri)
        if written is None:
            return []
        text = self._server.client_capabilities.text_document
        knows = text.document_symbol if text is not None else None
        if knows is not None and knows.hierarchical_document_symbol_support:
            return document_symbols(*written)
        return flat_symbols(*written, uri)

    def workspace_symbols(self, query: str) -> list[types.SymbolInformation]:
        """The entries of all open specs in whose names the letters of the query stand, in their order."""
        from itertools import islice

        return list(islice(self._matching(query.lower()), _MOST_SYMBOLS))

    def _matching(self, query: str) -> Iterator[types.SymbolInformation]:
        from specc.language_server.symbols.outline import flat_symbols

        for uri in self._files.specs:
            written = self._written(uri)
            if written is not None:
                for symbol in flat_symbols(*written, uri):
                    letters = iter(symbol.name.lower())
                    if symbol.container_name and all(letter in letters for letter in query):
                        yield symbol

    def folding(self, uri: str) -> list[types.FoldingRange]:
        """What can be folded."""
        from specc.language_server.symbols.folding import folding_ranges

        written = self._written(uri)
        return folding_ranges(written[0]) if written is not None else []

    def tokens(self, uri: str, range: types.Range | None = None) -> types.SemanticTokens:
        """The colours of a file, or of a part of it."""
        from specc.language_server.symbols.semantic_tokens import semantic_tokens

        written = self._written(uri)
        if written is None:
            return types.SemanticTokens([])
        document, positions = written
        within = (positions.offset(range.start), positions.offset(range.end)) if range is not None else None
        return semantic_tokens(document, positions, within)


def _path(uri: str) -> str:
    return uris.to_fs_path(uri) or uri
