"""What the tests of passes share."""

from pathlib import Path

import pytest

from specc.diagnostics import Sink
from specc.introspection import ModuleReader
from specc.passes.base import Context


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A context without user modules and with an empty sink."""
    return Context(sink=Sink(), root=tmp_path, modules=ModuleReader([tmp_path]))
