"""What reads the pages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def snippets() -> ModuleType:
    """`docs/snippets.py`, which is in no package."""
    spec = importlib.util.spec_from_file_location("snippets", Path(__file__).parents[2] / "docs" / "snippets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["snippets"] = module
    spec.loader.exec_module(module)
    return module
