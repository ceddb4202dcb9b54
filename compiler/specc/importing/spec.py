"""The text of a spec, from steps."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any, Literal

from specc.formatting import format_text
from specc.importing.steps import Step
from specc.new_project.layout import Layout
from specc.source.side_table import Path
from specc_schemas.names import plain_letters

_WIDTH = 116


def spec_text(name: str, steps: Sequence[Step], format: Literal["toml", "yaml"], *, root: str = ".",
              head: Sequence[str] = ()) -> str:  # fmt: skip
    """Write a spec with these steps; `root` is the folder of the code, from the spec."""
    layout = Layout()
    value: dict[str, Any] = {"specc": 1, "kind": "pipeline", "name": spec_name(name)}
    layout.above["specc",] = _comments(head)
    if root != ".":
        value["package"] = {"root": root}
        layout.spaced.add(("package",))
    value["steps"] = {step.name: step.table for step in steps}
    layout.spaced.add(("steps",))
    for step in steps:
        path: Path = ("steps", step.name)
        layout.above[path] = _comments(step.comments)
        layout.spaced.add(path)
        layout.flow |= {path + tail for tail in _brackets(step.table)}
    results = {step.name: f"${{steps.{step.name}}}" for step in steps if step.has_result}
    if results:
        value["outputs"] = results
        layout.spaced.add(("outputs",))
    if format == "yaml":
        from specc.new_project.yaml_text import yaml_text

        return format_text(yaml_text(_without_nulls(value), layout), format)
    from specc.new_project.toml_text import toml_text

    return format_text(toml_text(value, layout), format)


def spec_name(name: str) -> str:
    """A spec's name from that of a file."""
    found = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^[^A-Za-z]+", "", plain_letters(name)).lower()).strip("-")
    return found[:48].strip("-") or "imported"


def _brackets(table: dict[str, Any]) -> list[Path]:
    """What of a step is written in brackets: lists, tables of values, and tables in lists."""
    found: list[Path] = []
    for key, value in table.items():
        if isinstance(value, list):
            found.append((key,))
        elif isinstance(value, dict):
            found += [(key, name) for name, item in value.items() if isinstance(item, dict | list)]
            if key in ("repeat", "outputs"):
                found.append((key,))
    return found


def _comments(lines: Sequence[str]) -> list[str]:
    return [f"# {part}" for line in lines for part in textwrap.wrap(line, _WIDTH, break_on_hyphens=False)]


def _without_nulls(value: Any) -> Any:
    """YAML has a null of its own."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return None if value == "${null}" else value
