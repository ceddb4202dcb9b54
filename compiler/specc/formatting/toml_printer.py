"""Lays a TOML text out: one blank line at most, one before each header, nothing indented but what is in brackets.

The style is that of `tombi format`, so that both can be used side by side; docs/editors.md says where they differ.
"""

from __future__ import annotations

from specc.formatting.layout import beside, write
from specc.formatting.toml_reader import Statement, TomlReader


def print_toml(text: str) -> str:
    """The text, which is known to be valid and has no carriage returns, laid out anew."""
    lines: list[str] = []
    fresh = True
    """Whether nothing stands in this table yet."""
    for statement in TomlReader(text).statements():
        header = bool(statement.text) and statement.value is None
        apart = _directly_above(statement) if header and lines else None
        for number, remark in enumerate(statement.remarks):
            if remark.beside:
                lines[-1] += beside(remark.text)
                continue
            if number == apart or (remark.blank and not fresh):
                lines.append("")
            lines.append(remark.text)
            fresh = False
        if not statement.text:
            break
        if apart == len(statement.remarks) or (statement.blank and not fresh):
            lines.append("")
        value = write(statement.value, len(statement.text), "") if statement.value is not None else ""
        lines.append(statement.text + value)
        fresh = header
    return "".join(f"{line}\n" for line in lines)


def _directly_above(header: Statement) -> int:
    """The number of the first comment of those that touch a header from above."""
    first = len(header.remarks)
    if not header.blank:
        while first and not header.remarks[first - 1].beside:
            first -= 1
            if header.remarks[first].blank:
                break
    return first
