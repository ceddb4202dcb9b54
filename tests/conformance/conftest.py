"""Fixtures of the conformance suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.harness.deployment import Deployment
from specc_targets.emulator.client import Emulator


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One server, with one pool of sandboxes, for the whole session."""
    with Emulator(tmp_path_factory.mktemp("emulator")) as server:
        yield server


@pytest.fixture(scope="session")
def deployment(emulator: Emulator) -> Deployment:
    """The specs of the corpus on the server, each deployed when it is first asked for."""
    return Deployment(emulator)
