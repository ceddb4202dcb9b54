"""The page for those who come from KohakuEngine does what it says."""

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "migrating.md"


@pytest.mark.slow
def test_migrating(snippets, tmp_path: Path) -> None:
    assert snippets.faults(PAGE, tmp_path) == []
