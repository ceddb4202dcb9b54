"""The page about sweeps does what it says: its files are written, its commands run, their output compared."""

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "sweeps.md"


@pytest.mark.slow
def test_sweeps(snippets, tmp_path: Path) -> None:
    assert snippets.faults(PAGE, tmp_path) == []
