"""Reads a spec file and everything it extends."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc.diagnostics import Sink
from specc.memory import Memory
from specc.source.decoding import decode, readable
from specc.source.document import Document, parse
from specc.source.fault import Fault
from specc.source.formats import FORMATS, Format
from specc.source.limits import MAX_TOTAL_BYTES
from specc.source.reading import NOTHING_OPEN, check_size, open_text, read_bytes
from specc.source.spec import Spec

STANDARD_INPUT = "<stdin>"
"""The name of a spec that comes without one."""


def load_spec(
    path: Path | str,
    sink: Sink,
    *,
    text: bytes | None = None,
    format: str | None = None,
    texts: dict[str, str] | None = None,
    open_texts: Mapping[str, bytes] = NOTHING_OPEN,
    memory: Memory | None = None,
) -> Spec | None:
    """Read a spec; None when it, or a file it extends, cannot be read. Every fault becomes a diagnostic with spans.

    With `text` the file itself is not read: `path` then only gives its name, folder and format. Without a known suffix
    or `format`, text that begins with `{` is JSON. `texts` receives the text of every file that was read, by name, also
    of those with faults. `open_texts` are contents by real path that count in place of what is on the disk.
    A `memory` holds what was read before.
    """
    loader = Loader(sink, {} if texts is None else texts, open_texts, memory)
    name = os.fspath(path)
    document = loader.document(name, name, text, format)
    if document is None:
        return None
    documents: tuple[Document, ...] = (document,)
    value = document.value
    if "extends" in value:
        from specc.source.extends import resolve  # late: few specs extend another

        resolved = resolve(loader, document, name)
        if resolved is None:
            return None
        documents, value = resolved
    return Spec(value, documents, Path(name).parent)


class Loader:
    """Reads files into documents, and reports what is wrong with them."""

    def __init__(
        self,
        sink: Sink,
        texts: dict[str, str],
        open_texts: Mapping[str, bytes] = NOTHING_OPEN,
        memory: Memory | None = None,
    ) -> None:
        self.sink = sink
        self.texts = texts
        self.open_texts = open_texts
        self.memory = memory
        self.size = 0

    def document(self, path: str, name: str, data: bytes | None = None, format: str | None = None) -> Document | None:
        """The document in a file; None, and a diagnostic, when it cannot be read."""
        try:
            data = self.bytes_of(path, name) if data is None else data
            return self.parse(data, name, format)
        except Fault as fault:
            if name == STANDARD_INPUT:
                fault.help = _advice_for_input(fault.help)
            fault.report(name, self.texts.get(name, ""), self.sink)
            return None

    def bytes_of(self, path: str, name: str) -> bytes:
        """The bytes of a file; raise `Fault` when it cannot be read or all files together become too large."""
        data = open_text(path, self.open_texts)
        data = read_bytes(path, name) if data is None else data
        self.size += len(data)
        if self.size > MAX_TOTAL_BYTES:
            limit = MAX_TOTAL_BYTES // (1024 * 1024)
            raise Fault("SPC034", f"the files this spec is made of are larger than {limit} MiB together")
        return data

    def parse(self, data: bytes, name: str, format: str | None = None) -> Document:
        """The document in `data`; raise `Fault` when there is none."""
        check_size(data, name)
        try:
            text = decode(data, name)
        except Fault:
            self.texts[name] = readable(data)
            raise
        self.texts[name] = text
        found = _format(name, text, format)
        if self.memory is None:
            return parse(name, found, text)
        known, key = self.memory.shelf("documents"), (name, found, text)
        document: Document = known.get(key) or known.keep(key, parse(name, found, text, self.memory))
        return document


def _advice_for_input(advice: str | tuple[str, ...]) -> tuple[str, ...]:
    """Advice about a file's name, for a text that has no file."""
    lines = (advice,) if isinstance(advice, str) else advice
    return tuple(re.sub(r"name the file `(\.\w+)`", r"say `--stdin-name spec\1`", line) for line in lines)


def _format(name: str, text: str, given: str | None) -> Format:
    suffix = Path(name).suffix.lower()
    found = FORMATS.get(f".{given.lower()}" if given else suffix)
    if found is not None:
        return found
    if name == STANDARD_INPUT or (not suffix and not given):
        return "json" if text.lstrip().startswith("{") else "toml"
    shown = f"the format `{given}`" if given else f"files that end in `{suffix}`"
    raise Fault("SPC004", f"`{name}`: {shown} cannot be read", help="name it `.toml`, `.yaml`, `.yml` or `.json`")


def as_strings(value: Any) -> list[str] | None:
    """The items of a list of strings, or None when `value` is something else."""
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
