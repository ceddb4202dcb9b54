"""Writes the values of a spec as YAML that a person would write."""

from __future__ import annotations

from typing import Any

from specc.formatting.layout import WIDTH
from specc.new_project.layout import Layout
from specc.new_project.scalars import scalar
from specc.source.side_table import Path
from specc.source.writing import written_key


def yaml_text(value: dict[str, Any], layout: Layout) -> str:
    """The text of a document with these values and this layout."""
    writer = _Writer(layout)
    writer.table(value, (), "")
    writer.lines += layout.above.get((), [])
    return "\n".join(writer.lines) + "\n" if value else "{}\n"


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[str] = []

    def table(self, value: dict[str, Any], path: Path, indent: str) -> None:
        for name, item in value.items():
            inner = (*path, name)
            self._above(inner, indent)
            self._value(f"{indent}{written_key(name, 'yaml')}:", item, inner, indent)

    def _value(self, head: str, value: Any, path: Path, indent: str) -> None:
        text = self._on_one_line(value, path, len(head) + 1)
        if text is not None:
            self._line(f"{head} {text}", path)
        elif isinstance(value, str):
            self._line(f"{head} |-", path)
            self.lines += [f"{indent}  {line}" if line else "" for line in value.split("\n")]
        elif isinstance(value, dict):
            self._line(head, path)
            self.table(value, path, f"{indent}  ")
        else:
            self._line(head, path)
            self._items(value, path, f"{indent}  ")

    def _items(self, values: list[Any], path: Path, indent: str) -> None:
        for index, item in enumerate(values):
            inner = (*path, index)
            self._above(inner, indent)
            text = self._on_one_line(item, inner, len(indent) + 2)
            if text is None and isinstance(item, dict):
                first = len(self.lines)
                self.table(item, inner, f"{indent}  ")
                while not self.lines[first].strip() or self.lines[first].lstrip().startswith("#"):
                    first += 1
                self.lines[first] = f"{indent}- {self.lines[first].lstrip()}"
            else:
                self._line(f"{indent}- {_in_brackets(item) if text is None else text}", inner)

    def _on_one_line(self, value: Any, path: Path, column: int) -> str | None:
        """The value on one line, or None where it has several."""
        if isinstance(value, str):
            return None if _is_block(value) else scalar(value, "yaml")
        if not isinstance(value, dict | list):
            return scalar(value, "yaml")
        if value and path not in self.layout.flow:
            return None
        text = _in_brackets(value)
        return text if not value or column + len(text) <= WIDTH else None

    def _above(self, path: Path, indent: str) -> None:
        if path in self.layout.spaced and self.lines:
            self.lines.append("")
        self.lines += [f"{indent}{comment}" for comment in self.layout.above.get(path, [])]

    def _line(self, text: str, path: Path) -> None:
        comment = self.layout.beside.get(path)
        self.lines.append(f"{text}  {comment}" if comment else text)


def _is_block(text: str) -> bool:
    """Whether a text of several lines can be written as such."""
    lines = text.split("\n")
    whole = "${" not in text  # an expression stays on its line
    return (
        whole and len(lines) > 1 and all(line.isprintable() and line == line.strip() for line in lines) and all(lines)
    )


def _in_brackets(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{written_key(name, 'yaml')}: {_in_brackets(item)}" for name, item in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_brackets, value)) + "]"
    return scalar(value, "yaml", brackets=True)
