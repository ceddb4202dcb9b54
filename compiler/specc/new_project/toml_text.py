"""Writes the values of a spec as TOML that a person would write."""

from __future__ import annotations

from typing import Any

from specc.formatting.layout import WIDTH
from specc.new_project.layout import Layout
from specc.new_project.scalars import scalar
from specc.source.side_table import Path
from specc.source.writing import quoted, written_key


def toml_text(value: dict[str, Any], layout: Layout) -> str:
    """The text of a document with these values and this layout. Raises ValueError for a null."""
    writer = _Writer(layout)
    writer.table(value, ())
    return "\n".join([*writer.lines, *writer.waiting, *layout.above.get((), [])]) + "\n"


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.waiting: list[str] = []
        """Comments of what has no line of its own: they stand above the next."""

    def table(self, value: dict[str, Any], path: Path, *, container: bool = False) -> None:
        """What is said without a header first, as TOML demands; `container`: every table in it has one."""
        sections = []
        for name, item in value.items():
            inner = (*path, name)
            if self._is_section(item, inner, container) or (not path and self._is_list_of_tables(item, inner)):
                sections.append((inner, item))
            else:
                self._statement(written_key(name, "toml"), item, inner)
        for inner, item in sections:
            if isinstance(item, list):
                self._comments(inner)
                for index, entry in enumerate(item):
                    self._header(f"[[{_dotted(inner)}]]", (*inner, index))
                    self.table(entry, (*inner, index))
                continue
            holds_tables = all(
                isinstance(part, dict) and self._is_open(part, (*inner, name)) for name, part in item.items()
            )
            if holds_tables:
                self._comments(inner)
            else:
                self._header(f"[{_dotted(inner)}]", inner)
            self.table(item, inner, container=holds_tables or inner[-1] == "steps")

    def _is_open(self, value: Any, path: Path) -> bool:
        return bool(value) and path not in self.layout.flow

    def _is_section(self, value: Any, path: Path, container: bool) -> bool:
        below_steps = path[-1] == "steps" and path[0] in ("steps", "finally")
        return isinstance(value, dict) and self._is_open(value, path) and (len(path) == 1 or container or below_steps)

    def _is_list_of_tables(self, value: Any, path: Path) -> bool:
        return isinstance(value, list) and self._is_open(value, path) and all(isinstance(item, dict) for item in value)

    def _statement(self, name: str, value: Any, path: Path) -> None:
        if isinstance(value, dict) and self._is_open(value, path):
            self._comments(path)
            for inner, item in value.items():
                self._statement(f"{name}.{written_key(inner, 'toml')}", item, (*path, inner))
            return
        if path in self.layout.spaced and self.lines:
            self.lines.append("")
        self._above(path)
        text = self._value(value, len(name) + 3)
        comment = self.layout.beside.get(path)
        self.lines.append(f"{name} = {text}" + (f"  {comment}" if comment else ""))

    def _value(self, value: Any, column: int) -> str:
        text = _inline(value)
        if isinstance(value, str) and "\n" in value.strip("\n"):
            lines = [quoted(line)[1:-1] for line in value.split("\n")]
            return '"""\n' + "\n".join(lines) + '"""'
        if isinstance(value, list) and column + len(text) > WIDTH:
            return "[\n" + "".join(f"    {_inline(item)},\n" for item in value) + "]"
        return text

    def _header(self, text: str, path: Path) -> None:
        if self.lines:
            self.lines.append("")
        self._above(path)
        comment = self.layout.beside.get(path)
        self.lines.append(f"{text}  {comment}" if comment else text)

    def _comments(self, path: Path) -> None:
        """Keep the comments of what is written in parts for the first of them."""
        beside = self.layout.beside.get(path)
        self.waiting += self.layout.above.get(path, []) + ([beside] if beside else [])

    def _above(self, path: Path) -> None:
        self.lines += self.waiting + self.layout.above.get(path, [])
        self.waiting = []


def _dotted(path: Path) -> str:
    return ".".join(written_key(str(part), "toml") for part in path)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{written_key(name, 'toml')} = {_inline(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return scalar(value, "toml")
