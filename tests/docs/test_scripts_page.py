"""The page about scripts does what it says: its files are written, its commands run, their output compared."""

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "scripts.md"


@pytest.mark.slow
def test_scripts(snippets, tmp_path: Path) -> None:
    assert snippets.faults(PAGE, tmp_path) == []
