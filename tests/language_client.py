"""The one client of the Language Server Protocol: any server, over its standard input and output, for tests and bench.

    with LanguageClient([python, "-m", "specc", "lsp"], folder=folder) as client:
        uri = client.open(folder / "a.toml", text)
        assert client.diagnostics(uri) == []
        client.change(uri, text + "[steps.b]\n")
        labels = [item["label"] for item in client.completion(uri, position)]

Whatever is waited for has an end; a failure shows what the server last said on its standard error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from language_connection import LanguageConnection, Message, Publication
from language_texts import Position, Range, TextEdit, edited, edits_by_uri

SPECC = (sys.executable, "-m", "specc.cli", "lsp")
"""Specc's own language server."""
LANGUAGES = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".py": "python", ".csv": "csv"}


@dataclass
class OpenDocument:
    """A document as the server should know it."""

    language: str
    text: str
    version: int = 1
    sent: float = field(default_factory=time.perf_counter)
    """When this version was sent, by `time.perf_counter`."""


@dataclass(frozen=True)
class SemanticToken:
    """A part of a line and what it is."""

    line: int
    character: int
    length: int
    kind: str
    modifiers: tuple[str, ...]


class LanguageClient(LanguageConnection):
    """A server that runs, and documents that are open in it."""

    def __init__(self, command: Sequence[str], *, folder: Path, **more: Any) -> None:
        """As `LanguageConnection` is made."""
        self.documents: dict[str, OpenDocument] = {}
        super().__init__(command, folder=folder, **more)

    # Documents

    def open(self, path: Path, text: str | None = None, language: str | None = None) -> str:
        """Opens a document, which need not be on disk when `text` is given; its uri."""
        uri = path.as_uri()
        content = path.read_text(encoding="utf-8") if text is None else text
        document = OpenDocument(language or LANGUAGES[path.suffix], content)
        self._forget(uri)
        self.documents[uri] = document
        sent = {"uri": uri, "languageId": document.language, "version": document.version, "text": content}
        self.notify("textDocument/didOpen", {"textDocument": sent})
        return uri

    def change(self, uri: str, text: str) -> int:
        """Replaces a whole document; its new version."""
        return self._change(uri, text, [{"text": text}])

    def edit(self, uri: str, *edits: TextEdit) -> int:
        """Changes parts of a document one after the other, as typing does; its new version."""
        sync = self.capabilities["textDocumentSync"]
        assert (sync["change"] if isinstance(sync, dict) else sync) == 2, "this server takes whole texts alone"
        text = self.documents[uri].text
        for one in edits:
            text = edited(text, [one])
        return self._change(uri, text, [{"range": one["range"], "text": one["newText"]} for one in edits])

    def _change(self, uri: str, text: str, changes: list[Message]) -> int:
        document = self.documents[uri]
        document.text, document.version, document.sent = text, document.version + 1, time.perf_counter()
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": document.version}, "contentChanges": changes},
        )
        return document.version

    def save(self, uri: str) -> None:
        """Says that a document was saved; writing it is the caller's."""
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}, "text": self.documents[uri].text})

    def close_document(self, uri: str) -> None:
        """Closes a document."""
        del self.documents[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def files_changed(self, *paths: Path, kind: int = 2) -> None:
        """Says that files on disk were created (1), changed (2) or deleted (3)."""
        changes = [{"uri": path.as_uri(), "type": kind} for path in paths]
        self.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def configure(self, settings: Message) -> None:
        """Changes the settings."""
        self.settings = settings
        self.notify("workspace/didChangeConfiguration", {"settings": settings})

    # Diagnostics

    def publication(
        self, uri: str, *, after: float | None = None, words: int = 1, timeout: float | None = None
    ) -> Publication:
        """What was published for a document in its present version; waits for it.

        A server that names no versions is taken at its first word after the version was sent. `after` asks for one
        that came later than that time, of whatever version: for a file that another one's change concerns. `words` is
        for a server that finds nothing so many times, looking deeper each time, before nothing is there.
        """
        document = self.documents.get(uri)

        def current(found: Publication) -> bool:
            if found.uri != uri or (after is not None and found.time <= after):
                return False
            if after is not None or document is None:
                return True
            return found.version == document.version if found.version is not None else found.time >= document.sent

        def newest() -> Publication | None:
            found = [one for one in self._publications if current(one)]
            return found[-1] if found and (found[-1].diagnostics or len(found) >= words) else None

        return self._wait(newest, f"diagnostics of {uri}", timeout)

    def diagnostics(
        self, uri: str, *, after: float | None = None, words: int = 1, timeout: float | None = None
    ) -> list[Message]:
        """The diagnostics of `publication`."""
        return self.publication(uri, after=after, words=words, timeout=timeout).diagnostics

    def pull_diagnostics(self, uri: str) -> list[Message]:
        """What the server answers when it is asked for diagnostics."""
        found: list[Message] = self._of("diagnostic", uri)["items"]
        return found

    def _forget(self, uri: str) -> None:
        with self._news:
            self._publications = [found for found in self._publications if found.uri != uri]

    # Questions about a document

    def completion(self, uri: str, position: Position) -> list[Message]:
        """The items offered at a position."""
        found = self._at("completion", uri, position)
        items: list[Message] = found["items"] if isinstance(found, dict) else found or []
        return items

    def resolve_completion(self, item: Message) -> Message:
        """An item with what the server left out of it at first."""
        found: Message = self.request("completionItem/resolve", item)
        return found

    def hover(self, uri: str, position: Position) -> str:
        """The text of a hover; empty when there is none."""
        found = self._at("hover", uri, position)
        return _plain(found["contents"]) if found else ""

    def signature_help(self, uri: str, position: Position) -> Message | None:
        """The signatures at a position."""
        found: Message | None = self._at("signatureHelp", uri, position)
        return found

    def definition(self, uri: str, position: Position) -> list[Message]:
        """Where what is at a position is defined, as Locations."""
        return _locations(self._at("definition", uri, position))

    def references(self, uri: str, position: Position, *, declaration: bool = True) -> list[Message]:
        """Where what is at a position is used."""
        return _locations(self._at("references", uri, position, context={"includeDeclaration": declaration}))

    def document_highlights(self, uri: str, position: Position) -> list[Message]:
        """Where in this document what is at a position is used."""
        return self._at("documentHighlight", uri, position) or []

    def prepare_rename(self, uri: str, position: Position) -> Message | None:
        """What a rename at a position would rename."""
        found: Message | None = self._at("prepareRename", uri, position)
        return found

    def rename(self, uri: str, position: Position, name: str) -> dict[str, list[TextEdit]]:
        """The edits of a rename, by uri."""
        return edits_by_uri(self._at("rename", uri, position, newName=name))

    def code_actions(self, uri: str, range: Range, *, only: Sequence[str] | None = None) -> list[Message]:
        """The actions offered for a range, with the diagnostics that were published there."""
        start, end = (tuple(range[side].values()) for side in ("start", "end"))
        published = next((found for found in reversed(self._publications) if found.uri == uri), None)
        inside = [
            one
            for one in (published.diagnostics if published else [])
            if tuple(one["range"]["start"].values()) <= end and tuple(one["range"]["end"].values()) >= start
        ]
        context = {"diagnostics": inside, **({} if only is None else {"only": list(only)})}
        return self._of("codeAction", uri, range=range, context=context) or []

    def resolve_code_action(self, action: Message) -> Message:
        """An action with what the server left out of it at first."""
        found: Message = self.request("codeAction/resolve", action)
        return found

    def code_lenses(self, uri: str) -> list[Message]:
        """The lenses of a document."""
        return self._of("codeLens", uri) or []

    def document_symbols(self, uri: str) -> list[Message]:
        """The outline of a document."""
        return self._of("documentSymbol", uri) or []

    def workspace_symbols(self, query: str) -> list[Message]:
        """The symbols of the workspace that match."""
        return self.request("workspace/symbol", {"query": query}) or []

    def folding_ranges(self, uri: str) -> list[Message]:
        """What can be folded."""
        return self._of("foldingRange", uri) or []

    def inlay_hints(self, uri: str, range: Range) -> list[Message]:
        """The hints between the text of a range."""
        return self._of("inlayHint", uri, range=range) or []

    def document_links(self, uri: str) -> list[Message]:
        """The links of a document."""
        return self._of("documentLink", uri) or []

    def semantic_tokens(self, uri: str) -> list[SemanticToken]:
        """The semantic tokens of a document, with the names that the server gave to their kinds."""
        legend = self.capabilities["semanticTokensProvider"]["legend"]
        data = (self._of("semanticTokens/full", uri) or {"data": []})["data"]
        found: list[SemanticToken] = []
        line = character = 0
        for index in range(0, len(data), 5):
            lines, characters, length, kind, modifiers = data[index : index + 5]
            line, character = line + lines, characters if lines else character + characters
            names = tuple(name for bit, name in enumerate(legend["tokenModifiers"]) if modifiers >> bit & 1)
            found.append(SemanticToken(line, character, length, legend["tokenTypes"][kind], names))
        return found

    def formatting(self, uri: str, tab_size: int = 2) -> str:
        """The document as the server would format it; the open one stays as it is."""
        options = {"tabSize": tab_size, "insertSpaces": True}
        return edited(self.documents[uri].text, self._of("formatting", uri, options=options) or [])

    def execute(self, command: str, *arguments: Any) -> Any:
        """Executes a command of the server."""
        return self.request("workspace/executeCommand", {"command": command, "arguments": list(arguments)})

    def _of(self, method: str, uri: str, **more: Any) -> Any:
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **more})

    def _at(self, method: str, uri: str, position: Position, **more: Any) -> Any:
        return self._of(method, uri, position=position, **more)


def _plain(contents: Any) -> str:
    """The text of a hover, in whichever of its three forms."""
    if isinstance(contents, list):
        return "\n".join(map(_plain, contents))
    found: str = contents if isinstance(contents, str) else contents["value"]
    return found


def _locations(found: Any) -> list[Message]:
    return [found] if isinstance(found, dict) else found or []
