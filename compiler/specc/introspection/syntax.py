"""Reading one Python file into a syntax tree, whatever the file holds. Nothing of it is ever executed."""

from __future__ import annotations

import ast
import os
import stat
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from specc.diagnostics import Position, Span
from specc.introspection.namespace import Namespace
from specc.source.reading import NOTHING_OPEN, open_text

MAX_BYTES = 4 * 1024 * 1024
"""Larger files are not read: the largest module of the standard library has 0.4 MB."""

_SLOW_CODECS = (b"idna", b"punycode")
"""Codecs whose decoding takes quadratic time."""


@dataclass(frozen=True)
class SourceModule:
    """A Python module as its syntax tree."""

    name: str
    path: Path
    is_package: bool
    data: bytes = field(repr=False, compare=False)
    tree: ast.Module = field(repr=False, compare=False)

    @cached_property
    def namespace(self) -> Namespace:
        """What the module binds at its top level."""
        return Namespace.of(self.tree.body)

    @cached_property
    def display_name(self) -> str:
        """The file as the user would name it: relative to where they stand, when it is below."""
        return display_path(self.path)

    @cached_property
    def text(self) -> str:
        """The source as text, for showing."""
        return decode(self.data)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @property
    def package(self) -> str:
        """The package that a relative import of this module starts from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def span(self, node: ast.AST) -> Span:
        """The name of a definition, or the whole of an expression on its first line."""
        line, column, length = getattr(node, "lineno", 1), getattr(node, "col_offset", 0), 1
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        start = len(text.encode()[:column].decode(errors="ignore"))
        name = getattr(node, "name", None) or getattr(node, "arg", None) or getattr(node, "id", None)
        if isinstance(name, str):
            is_definition = hasattr(node, "name")  # after its keyword, which may hold the name: `def f`
            at = text.find(f" {name}", start) + 1 if is_definition else text.find(name, start)
            start, length = (at, len(name)) if at >= start else (start, length)
        return Span(self.display_name, Position(line, start + 1), Position(line, start + 1 + length))


class Unreadable(NamedTuple):
    """A file that is there but cannot be understood; `span` is set when it is a syntax error."""

    path: Path
    reason: str
    span: Span | None = None
    text: str = ""


def read_module(
    name: str, path: Path, is_package: bool, open_texts: Mapping[str, bytes] = NOTHING_OPEN
) -> SourceModule | Unreadable:
    """Read and parse a file, in time and memory bounded by `MAX_BYTES`; see `read_source`."""
    data = read_source(path, open_texts)
    return data if isinstance(data, Unreadable) else parse_module(name, path, is_package, data)


def read_source(path: Path, open_texts: Mapping[str, bytes] = NOTHING_OPEN) -> bytes | Unreadable:
    """The bytes of a regular file, one more than `MAX_BYTES` at most.

    `open_texts` are contents of files by real path that count in place of what is on the disk.
    """
    held = open_text(path, open_texts)
    if held is not None:
        return held
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Unreadable(path, "it is not a regular file")
        if status.st_size > MAX_BYTES:
            return Unreadable(path, f"it has {status.st_size:,} bytes, more than {MAX_BYTES:,}")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        return Unreadable(path, (error.strerror or "it cannot be opened").lower())


def parse_module(name: str, path: Path, is_package: bool, data: bytes) -> SourceModule | Unreadable:
    """The module whose source is `data`, wherever that comes from."""
    if len(data) > MAX_BYTES:
        return Unreadable(path, f"it has more than {MAX_BYTES:,} bytes")
    if b"\0" in data:
        return Unreadable(path, "it holds a NUL byte, so it is not Python source")
    cookie = b"\n".join(data[:400].split(b"\n")[:2])
    if cookie.lstrip().startswith(b"#") and any(codec in cookie for codec in _SLOW_CODECS):
        return Unreadable(path, "its encoding is not one that Python source is written in")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except SyntaxError as error:
        return _syntax_error(path, data, error)
    except (ValueError, LookupError):
        return Unreadable(path, "it is not valid text in its encoding")
    except (RecursionError, MemoryError):
        return Unreadable(path, "it is nested too deep to be read")
    return SourceModule(name, path, is_package, data, tree)


def decode(data: bytes) -> str:
    """Python source as text; never fails."""
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding, errors="replace")
    except (SyntaxError, LookupError, ValueError):
        text = data.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def display_path(path: Path) -> str:
    """`path` relative to the working directory when it is below it."""
    try:
        return str(Path(os.path.normpath(path)).relative_to(Path.cwd()) if path.is_absolute() else path)
    except (ValueError, OSError):
        return str(path)


def _syntax_error(path: Path, data: bytes, error: SyntaxError) -> Unreadable:
    reason = (error.msg or "invalid syntax").lower().replace("'", "`")
    if not error.lineno:
        return Unreadable(path, reason)
    text = decode(data)
    line = min(error.lineno, text.count("\n") + 1)
    width = len(text.split("\n")[line - 1])
    start = min(max(error.offset or 1, 1), width + 1)
    same_line = error.end_lineno == error.lineno and (error.end_offset or 0) > start
    end = min(error.end_offset or start, width + 1) if same_line else start + 1
    return Unreadable(
        path, reason, Span(display_path(path), Position(line, start), Position(line, max(end, start + 1))), text
    )
