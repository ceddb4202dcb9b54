"""Turns what a configuration holds into what a spec can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from specc.importing.reading.objects import Defined, Imported, Unreadable
from specc.importing.values import ImportProblem, Previous, Reference, Unwritable, Where
from specc_runtime.expressions.template import quote

LARGEST = 50_000
"""How many values one configuration may hold."""


@dataclass(slots=True)
class Writer:
    """Writes the values of one configuration file."""

    module: str | None
    """The name under which steps import the file, if they can."""
    where: Where
    objects: dict[int, str] = field(default_factory=dict)
    """The names that the file gives its objects, by their identity."""
    notes: list[str] = field(default_factory=list)
    referred: bool = False
    """Whether something refers to the file."""
    text: str = ""
    left: int = LARGEST

    def line(self, name: str, where: Where) -> Where:
        """Where the file binds a name at its top level, if `where` says no more than the file."""
        if where.file != self.where.file or where.end_line:
            return where
        pattern = re.compile(rf"(?:(?:async )?def |class )?{re.escape(name)}\b(?! *\.)")
        for number, line in enumerate(self.text.splitlines(), 1):
            if found := pattern.match(line):
                return Where(where.file, number, found.end() - len(name), number, found.end())
        return where

    def value(self, name: str, value: Any) -> Any:
        """The value of a global: data, or a `Reference`. Raises ImportProblem when it is neither."""
        if isinstance(value, Reference | Previous):
            return value
        if isinstance(value, Imported):
            if value.module or value.name.startswith(".") or "." not in value.name:
                raise self._unwritable(name, f"the module `{value.name}`", value.where)
            return Reference(value.target)
        wrong = next(_foreign(value, self), None)
        if isinstance(wrong, Unreadable):
            raise ImportProblem(
                "SPC601", wrong.reason, wrong.where, help="`--run` runs the file in a process of its own"
            )
        if wrong is None:
            return self._data(name, value)
        known = self.objects.get(id(value)) or (value.name if isinstance(value, Defined) else None)
        if known is None or known == "<lambda>" or known not in self.objects.values():
            raise self._unwritable(name, _what(wrong), getattr(wrong, "where", None) or self.where)
        if self.module is None:
            raise ImportProblem(
                "SPC603", f"`{name}` is {_what(wrong)}, and `{self.where.file}` cannot be imported",
                getattr(wrong, "where", None) or self.where,
                help="let the file be a module below the spec's folder, with a name of letters, digits and `_`",
            )  # fmt: skip
        self.referred = True
        return Reference(f"{self.module}:{known}")

    def data(self, name: str, value: Any) -> Any:
        """The value where only data can stand. Raises ImportProblem."""
        found = self.value(name, value)
        if isinstance(found, Reference):
            raise self._unwritable(name, "no plain data", self.where)
        return found

    def _unwritable(self, name: str, what: str, where: Where | None) -> ImportProblem:
        return ImportProblem(
            "SPC603", f"`{name}` is {what}, which a spec cannot hold", where,
            help="give it a name of its own at the top level of a module: then the spec can refer to it",
        )  # fmt: skip

    def _data(self, name: str, value: Any) -> Any:
        if isinstance(value, tuple):
            note = f"`{name}` holds tuples, which a spec writes as lists"
            if note not in self.notes:
                self.notes.append(note)
        if isinstance(value, tuple | list | range):
            return [self._data(name, item) for item in value]
        if isinstance(value, dict):
            if set(value) == {"ref"} and isinstance(value["ref"], str):
                raise self._unwritable(name, "a table with `ref` alone, which names an object", self.where)
            return {key: self._data(name, item) for key, item in value.items()}
        return value


def _foreign(value: Any, writer: Writer) -> Iterator[Any]:
    """What in a value is no data."""
    writer.left -= 1
    if writer.left < 0:
        raise ImportProblem("SPC604", "the configuration is too large for a spec", writer.where)
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                yield Unwritable(f"a table with the key `{key!r}`", writer.where)
            yield from _foreign(item, writer)
    elif isinstance(value, list | tuple | range):
        for item in value:
            yield from _foreign(item, writer)
    elif isinstance(value, float) and value - value != 0:
        yield Unwritable(f"`{value}`", writer.where)
    elif not isinstance(value, str | int | float | bool | None):
        yield value


def _what(value: Any) -> str:
    """What a value is, in words."""
    if isinstance(value, Unwritable):
        return value.what
    if isinstance(value, Defined):
        return "a function" if value.name != "<lambda>" else "a function without a name"
    if isinstance(value, Imported):
        return f"`{value.name}`, inside of other data,"
    if isinstance(value, PurePath):
        return "a path"
    kinds = {set: "a set", frozenset: "a set", bytes: "bytes", complex: "a complex number"}
    return kinds.get(type(value), "no plain data")


def module_name(path: Path, root: Path) -> str | None:
    """The name under which a file below `root` is imported."""
    try:
        parts = path.resolve().relative_to(root.resolve()).with_suffix("").parts
    except ValueError:
        return None
    return ".".join(parts) if path.suffix == ".py" and all(part.isidentifier() for part in parts) else None


def literal(value: Any) -> Any:
    """Data as a spec writes it: `${` is escaped, null is an expression where there is none."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return [literal(item) for item in value]
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    if value is None:
        return "${null}"
    return value
