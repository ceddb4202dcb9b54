"""A folder of the workspace for one test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from language_client import LanguageClient


@pytest.fixture
def workspace(client: LanguageClient) -> Iterator[Path]:
    """A new folder below the one that the editor has open, in which nothing else is."""
    folder = client.folder / "project"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)
