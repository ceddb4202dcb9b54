"""The open files of one editor, and what is known of the specs among them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from specc.language_server.addresses import path_of
from specc.language_server.analysis import Analysis, analyse, format_of
from specc.language_server.detection import is_settings, is_spec
from specc.language_server.symbols.disk import Disk
from specc.memory import Memory
from specc.source.formats import FORMATS

if TYPE_CHECKING:
    from lsprotocol import types
    from pygls.workspace import TextDocument

    from specc.frontend import Compilation
    from specc.source.formats import Format

_LANGUAGES = ("toml", "yaml", "json", "jsonc")
"""What editors call the formats of specs."""


class OpenFiles:
    """What the editor has open. An analysis is made when it is asked for, and kept while what it rests on holds."""

    def __init__(self, encoding: types.PositionEncodingKind | str | None = None) -> None:
        self.encoding = encoding
        self._texts: dict[str, tuple[str, int | None]] = {}
        self._languages: dict[str, str | None] = {}
        self._analyses: dict[str, Analysis] = {}
        self._memories: dict[str, Memory] = {}
        self.disk = Disk()
        """The specs that are found on the disk."""

    def put(self, document: TextDocument) -> None:
        """Take the text of a file that was opened or changed."""
        # In place of a byte order mark a blank stands: positions stay what they are for the editor.
        source = f" {document.source[1:]}" if document.source.startswith("\ufeff") else document.source
        self._texts[document.uri] = (source, document.version)
        self._languages[document.uri] = document.language_id
        self._forget(document.uri)

    def remove(self, uri: str) -> None:
        """Take note that a file was closed: what the disk holds is valid again."""
        self._texts.pop(uri, None)
        self._languages.pop(uri, None)
        self._forget(uri)
        self._analyses.pop(uri, None)
        self._memories.pop(uri, None)

    def changed_on_disk(self) -> None:
        """Take note that files changed that are not open."""
        self._analyses.clear()

    @property
    def specs(self) -> list[str]:
        """The addresses of the open specs, in the order they were opened."""
        return [uri for uri, (text, _) in self._texts.items() if self._is_known(uri, text)]

    def analysis(self, uri: str) -> Analysis | None:
        """The analysis of an open spec as it stands now; None for a file that is none, or is not open."""
        text = self.spec_text(uri)
        if text is None:
            return None
        if uri not in self._analyses:
            self._analyses[uri] = self._analyse(uri, text, self.version(uri))
        return self._analyses[uri]

    def dependants(self, uri: str) -> Iterator[str]:
        """The open specs whose analysis rests on a file: itself, and those that extend, run or import it."""
        changed = os.path.realpath(path_of(uri))
        for spec in self.specs:
            known = self._analyses.get(spec)
            named = known is None or Path(changed).name in known.text  # also one that is not there yet
            if spec == uri or known is None or named or changed in _files(known) or changed.endswith(".py"):
                yield spec

    def _forget(self, uri: str) -> None:
        for spec in list(self.dependants(uri)):
            self._analyses.pop(spec, None)

    def _analyse(self, uri: str, text: str, version: int | None) -> Analysis:
        def check(path: Path, data: bytes, format: Format) -> Compilation:
            if is_settings(path):
                return _check_settings(path, data)
            from specc.frontend import check

            return check(path, text=data, format=format, open_texts=texts, memory=memory)

        memory = self._memories.setdefault(uri, Memory())
        texts = self.texts
        found = analyse(uri, text, version, self.encoding, check, memory, texts, self.format(uri, text))
        found.open_uris = {os.path.realpath(path_of(other)): other for other in self._texts}
        found.is_base = found.model is None and self._is_extended(uri)
        return found

    def _is_extended(self, uri: str) -> bool:
        """Whether a spec that is open, or in the same folder or below it, extends a file."""
        path = path_of(uri)
        others = [text for other, (text, _) in self._texts.items() if other != uri]
        others += [text for name, text in self.disk.specs([path.parent]) if name != os.path.realpath(path)]
        return any(path.name in text and "extends" in text for text in others)

    @property
    def texts(self) -> dict[str, bytes]:
        """The texts of all open files by their real path."""
        return {
            os.path.realpath(path_of(uri)): text.encode("utf-8", "surrogatepass")
            for uri, (text, _) in self._texts.items()
        }

    def spec_text(self, uri: str) -> str | None:
        """The text of an open spec, or of settings; None for what is no spec, or not open."""
        text = self._texts[uri][0] if uri in self._texts else None
        return text if text is not None and self._is_known(uri, text) else None

    def _is_known(self, uri: str, text: str) -> bool:
        return is_spec(self._named(uri), text) or is_settings(path_of(uri))

    def format(self, uri: str, text: str) -> Format:
        """The format of an open file: by its address, by the language that the editor names, or by its text."""
        return format_of(self._named(uri), text)

    def _named(self, uri: str) -> Path:
        """A file as its address names it, or would if it had a suffix: one that was never saved has none."""
        path, language = path_of(uri), self._languages.get(uri)
        if not path.name or path.suffix.lower() in FORMATS or language not in _LANGUAGES:
            return path
        return path.with_name(f"{path.name}.{language.removesuffix('c')}")

    def version(self, uri: str) -> int | None:
        """The version of an open file."""
        return self._texts[uri][1] if uri in self._texts else None


def _check_settings(path: Path, data: bytes) -> Compilation:
    from specc.config import check_file
    from specc.diagnostics import Sink
    from specc.frontend import Compilation

    compilation = Compilation(Sink())
    compilation.spec, _ = check_file(path, compilation.sink, compilation.source_texts, data)
    return compilation


def _files(analysis: Analysis) -> set[str]:
    return {os.path.realpath(name) for name in analysis.compilation.texts}
