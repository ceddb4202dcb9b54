"""What the documents show of specs is as `specc fmt` writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specc.formatting import format_text
from specc.source.formats import Format

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "diagnostics.md")]
"""All but the page whose examples are wrong on purpose."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_snippets_are_formatted(page: Path) -> None:
    snippets: list[tuple[Format, str]] = re.findall(
        r"^```(toml|yaml)[^\n]*\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    for format, snippet in snippets:
        assert format_text(snippet, format) == snippet
