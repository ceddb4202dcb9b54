"""`extends`: other files merged under a spec."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from specc.diagnostics import Edit, Fix, Label, Place
from specc.source.document import Document
from specc.source.fault import Fault
from specc.source.limits import MAX_EXTENDS_DEPTH, MAX_FILES
from specc.source.load import Loader, as_strings
from specc.source.notation import in_format
from specc.source.spec import merge

_KEY = "extends"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")

_Resolved = tuple[tuple[Document, ...], dict[str, Any]]


def resolve(loader: Loader, document: Document, path: str) -> _Resolved | None:
    """The documents that make up a spec, and their merged value; None, and diagnostics, when one cannot be read.

    Of several bases a later one wins over an earlier one. The merged value keeps only the spec's own `extends`.
    """
    return _Resolver(loader).resolve(document, path, (os.path.realpath(path),))


class _Resolver:
    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.done: dict[str, _Resolved | None] = {}
        """Files by their real path, so that one that is extended twice is read once."""

    def resolve(self, document: Document, path: str, chain: tuple[str, ...]) -> _Resolved | None:
        names = self._names(document)
        if names is None:
            return None
        documents: list[Document] = []
        merged: dict[str, Any] = {}
        complete = True
        for index, name in enumerate(names):
            base = self._base(document, Place((_KEY, index)), name, path, chain)
            if base is None:
                complete = False
                continue
            merged = merge(merged, {key: value for key, value in base[1].items() if key != _KEY})
            documents = [*base[0], *(known for known in documents if known not in base[0])]
        return ((document, *documents), merge(merged, document.value)) if complete else None

    def _names(self, document: Document) -> list[str] | None:
        """The paths that a document extends; None, and a diagnostic, when they are not a list of paths."""
        value = document.value.get(_KEY, [])
        names = as_strings(value)
        if names is not None:
            return names
        place = Place((_KEY,))
        at, exact, fix = document.locate(place), document.exact(place), None
        if isinstance(value, list):
            wrong = next(index for index, item in enumerate(value) if not isinstance(item, str))
            at = document.locate(Place((_KEY, wrong)))
        elif isinstance(value, str) and exact is not None and exact.start.line == exact.end.line:
            start, end = document.lines.offset(exact.start), document.lines.offset(exact.end)
            fix = Fix("put it in a list", (Edit(exact, f"[{document.text[start:end]}]"),))
        message = "`extends` is a list of paths"
        advice = in_format('write `extends = ["base.toml"]`', document.format)
        self.loader.sink.report("SPC030", message, Label(at), help=advice, fix=fix)
        return None

    def _base(self, document: Document, place: Place, name: str, path: str, chain: tuple[str, ...]) -> _Resolved | None:
        label = Label(document.locate(place), "extended here")
        report = self.loader.sink.report
        if not name or _URL.match(name) or Path(name).is_absolute():
            help_text = "write the path from this file, with `/`: `shared/base.toml`"
            report("SPC033", f"`{name}` is not a relative path", label, help=help_text)
            return None
        target = str(Path(path).parent / name)
        real = os.path.realpath(target) if "\0" not in target else target
        if real in chain:
            around = " extends ".join(f"`{Path(item).name}`" for item in (*chain[chain.index(real) :], real))
            report("SPC032", "files extend each other in a circle", label, notes=(around,), help="remove one of them")
            return None
        if real in self.done:
            return self.done[real]
        if len(chain) > MAX_EXTENDS_DEPTH:
            report("SPC034", f"files extend each other more than {MAX_EXTENDS_DEPTH} deep", label)
            return None
        if len(self.done) + len(chain) > MAX_FILES:
            report("SPC034", f"a spec is made of more than {MAX_FILES} files", label)
            return None
        found = self._read(target, label)
        self.done[real] = self.resolve(found, target, (*chain, real)) if found is not None else None
        return self.done[real]

    def _read(self, target: str, label: Label) -> Document | None:
        """Read a base: that it cannot be read is shown where it is named, what is wrong in it in the base itself."""
        name = os.path.normpath(target)
        try:
            data = self.loader.bytes_of(target, name)
        except Fault as fault:
            self.loader.sink.report(fault.code, fault.message, label, help=fault.help)
            return None
        return self.loader.document(target, name, data)
