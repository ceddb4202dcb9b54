"""A plugin of pytest: `pytest --specc` runs the tests that specs carry.

A package of its own, so that who runs pytest without the option imports nothing of specc.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_SUFFIXES = frozenset({".toml", ".yaml", ".yml", ".json"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--specc`."""
    group = parser.getgroup("specc", "tests that specs carry")
    group.addoption("--specc", action="store_true", help="Collect the tests of specs (TOML, YAML and JSON files).")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The tests of a file, if it is a spec and they are wanted."""
    if not parent.config.getoption("specc") or file_path.suffix.lower() not in _SUFFIXES:
        return None
    from specc_pytest.headers import carries_tests

    if not carries_tests(file_path):
        return None
    from specc_pytest.items import SpecFile

    return SpecFile.from_parent(parent, path=file_path)
