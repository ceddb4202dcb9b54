"""Fixtures of the conformance suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.harness.deployment import Deployment
from conformance.moto_adapter.client import MotoServer


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    """One server, with one pool of sandboxes, for the whole session."""
    with MotoServer(tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture(scope="session")
def deployment(moto_server: MotoServer) -> Deployment:
    """The specs of the corpus on the server, each deployed when it is first asked for."""
    return Deployment(moto_server)
