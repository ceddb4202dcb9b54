"""What the tests of emitted programs share: each program is run once a session, whichever process asks first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from judges.programs.analyzing import Pack, analyzer
from judges.programs.cases import CASES
from judges.programs.running import Recorded, Shared, run_case

Run = Callable[..., Recorded]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Shared:
    """What one process has made for all of them."""
    base = tmp_path_factory.getbasetemp()
    return Shared((base if worker_id == "master" else base.parent) / "pulumi-programs")


@pytest.fixture(scope="session")
def run(shared: Shared) -> Run:
    """`run(name)` gives what the program of a case asked for; with `unknown`, as a preview."""

    def recorded(name: str, *, unknown: bool = False) -> Recorded:
        return shared.get(f"{name}-{unknown}", lambda: run_case(CASES[name], unknown=unknown))

    return recorded


@pytest.fixture(scope="session")
def pack() -> Iterator[Pack]:
    """The pack of policies, which listens."""
    with analyzer(Path(__file__).parent / "policy_pack") as listening:
        yield listening
