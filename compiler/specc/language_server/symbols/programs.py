"""The specs that belong together: those that an editor has open, and those below its folders that extend or run one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Sink
from specc.language_server.addresses import path_of
from specc.language_server.symbols.disk import SUFFIXES, Disk
from specc.language_server.symbols.index import Index
from specc.source import load_spec

if TYPE_CHECKING:
    from specc.language_server.workspace import OpenFiles


class Programs:
    """Finds the specs in which a name may stand. What is open in the editor counts in place of the disk."""

    def __init__(self, files: OpenFiles, folders: Sequence[Path], disk: Disk) -> None:
        self._files = files
        self._folders = folders
        self._disk = disk
        self._found: dict[str, str] | None = None
        self._closed: dict[str, Index | None] = {}

    def of(self, uri: str, path: str, *, search: bool) -> Index | None:
        """The names of an open spec, or of one that extends the file at `path`; with `search` also of a closed one."""
        own = self._open(uri)
        if own is not None:
            return own
        real = os.path.realpath(path)
        specs = (index for index in map(self._open, self._files.specs) if index is not None)
        found = next((index for index in specs if real in index.files), None)
        if found is not None or not search or not path.lower().endswith(SUFFIXES):
            return found
        return next((index for index in self._mentioning({real}, set()) if real in index.files), None)

    def spec(self, real: str) -> Index | None:
        """The names of the spec in a file, open or not."""
        uri = self._open_specs.get(real)
        return self._open(uri) if uri is not None else self._load(real)

    def related(self, index: Index) -> list[Index]:
        """A spec, those that share a file with it, those that it runs and that run it, and so on."""
        found: dict[str, Index] = {}
        files: set[str] = set()
        run: set[str] = set()
        more = [index]
        while more:
            for item in more:
                found[item.spec] = item
                files |= set(item.files)
                run |= item.run_as_steps
            more = [item for item in self._mentioning(files | run, set(found)) if _belongs(item, files | run, found)]
            more += [item for item in map(self.spec, sorted(run - set(found))) if item is not None]
        return list(found.values())

    @property
    def unreadable(self) -> Iterator[str]:
        """The open specs of which parts cannot be read at the moment."""
        for real, uri in self._open_specs.items():
            analysis = self._files.analysis(uri)
            if analysis is not None and (analysis.recovered is not None or analysis.spec is None):
                yield real

    def _open(self, uri: str) -> Index | None:
        analysis = self._files.analysis(uri)
        return analysis.index if analysis is not None else None

    @property
    def _open_specs(self) -> dict[str, str]:
        return {os.path.realpath(path_of(uri)): uri for uri in self._files.specs}

    def _mentioning(self, files: set[str], known: set[str]) -> Iterator[Index]:
        """The specs that name one of these files, or are in one of them."""
        names = {os.path.basename(file) for file in files}  # noqa: PTH119 - real paths are texts
        for real, text in self._texts.items():
            if real not in known and (real in files or any(name in text for name in names)):
                index = self.spec(real)
                if index is not None:
                    yield index

    @property
    def _texts(self) -> Mapping[str, str]:
        """The texts of all specs by real path: the open ones, then those that are found."""
        if self._found is None:
            opened = {real: data.decode("utf-8", "surrogatepass") for real, data in self._files.texts.items()}
            specs = self._open_specs
            self._found = {real: opened[real] for real in specs if real in opened}
            for real, text in self._disk.specs(self._folders):
                if real not in opened:
                    self._found.setdefault(real, text)
        return self._found

    def _load(self, real: str) -> Index | None:
        if real not in self._closed:
            spec = load_spec(real, Sink(), open_texts=self._files.texts)
            self._closed[real] = Index(spec.documents, spec.value) if spec is not None else None
        return self._closed[real]


def _belongs(index: Index, files: set[str], known: Mapping[str, Index]) -> bool:
    return index.spec in files or not files.isdisjoint(index.files) or not known.keys().isdisjoint(index.run_as_steps)
