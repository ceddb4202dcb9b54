"""Fixtures of the conformance suite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.harness.deployment import Deployment
from specc_targets.emulator.client import REGION, Emulator


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One server, with one pool of sandboxes, for the whole session."""
    with Emulator(tmp_path_factory.mktemp("emulator")) as server:
        yield server


@pytest.fixture(autouse=True)
def containers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Local runs have a program that runs the commands of containers on this machine, as the emulator does."""
    monkeypatch.setenv("PATH", str(Path(__file__).parent / "bin"), prepend=os.pathsep)


@pytest.fixture
def account(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's account as that of this process, where local runs make their calls."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    values = {"AWS_ENDPOINT_URL": emulator.endpoint, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
    for name, value in (values | {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def deployment(emulator: Emulator) -> Deployment:
    """The specs of the corpus on the server, each deployed when it is first asked for."""
    return Deployment(emulator)
