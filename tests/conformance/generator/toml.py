"""Writes a spec as TOML: one line for each step, group or parameter."""

from __future__ import annotations

import json
from typing import Any


def to_toml(spec: dict[str, Any]) -> str:
    """The text of a spec without nulls."""
    plain = {key: value for key, value in spec.items() if not isinstance(value, dict)}
    lines = [f"{key} = {_inline(value)}" for key, value in plain.items()]
    for key, table in spec.items():
        if isinstance(table, dict):
            lines += ["", f"[{key}]", *(f"{_inline_key(name)} = {_inline(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_inline_key(key)} = {_inline(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _inline_key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else json.dumps(key)
