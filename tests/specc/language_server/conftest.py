"""A running language server of specc, and a folder of specs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from language_client import SPECC, LanguageClient

SPECS = Path(__file__).parents[3] / "specs"


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageClient]:
    """One server for all tests that leave nothing open in it."""
    with LanguageClient(SPECC, folder=tmp_path_factory.mktemp("workspace")) as client:
        yield client


@pytest.fixture
def client(server: LanguageClient) -> Iterator[LanguageClient]:
    """The server, with nothing open in it, before and after."""
    yield server
    for uri in list(server.documents):
        server.close_document(uri)


@pytest.fixture
def birds(tmp_path: Path) -> Path:
    """The example `birds` in a folder of its own, to be changed."""
    folder = tmp_path / "birds"
    shutil.copytree(SPECS / "birds", folder, ignore=shutil.ignore_patterns(".specc", "__pycache__"))
    return folder / "birds.toml"
