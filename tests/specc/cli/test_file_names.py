"""Specs whose files have names that cannot be seen, that turn text around, or that are no UTF-8."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Specc = Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"t\xff.toml", "t\\udcff.toml"),
        ("t\u202e\u200b.toml".encode(), "t\\u202e\\u200b.toml"),
        (b't"""\n\x1b.toml', 't"""\\u000a\\u001b.toml'),
    ],
)
def test_any_name_is_shown_with_escapes(specc: Specc, project: Path, name: bytes, shown: str) -> None:
    file = os.fsdecode(name)
    try:
        (project / "sums.toml").rename(project / file)
    except OSError:
        pytest.skip("the file system has no such names")
    assert specc("check", file).code == 0
    done = specc("compile", file, "-t", "pulumi", "-o", "out")
    assert (done.code, done.err) == (0, "")
    json.loads((project / "out" / "manifest.json").read_bytes())
    text = (project / "out" / "pulumi" / "__main__.py").read_text("utf-8")
    assert all(char.isprintable() for line in text.splitlines() for char in line)
    assert f"({shown}:" in text
    assert f"Written by specc from {shown} for" in " ".join((ast.get_docstring(ast.parse(text)) or "").split())
