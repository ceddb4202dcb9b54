"""Each micro-machine with one fault is rejected for just that fault; its valid twin is accepted."""

from __future__ import annotations

from collections import Counter

import pytest

from judges.battery import Pair, pairs
from specc_targets.asl.verifier import verify_machine

every = pytest.mark.parametrize("pair", [pytest.param(pair, id=pair.id) for pair in pairs()])


def test_the_battery_is_large_enough() -> None:
    assert len(pairs()) >= 60
    assert [name for name, count in Counter(pair.id for pair in pairs()).items() if count > 1] == []


@every
def test_a_fault_is_found(pair: Pair) -> None:
    faults = verify_machine(pair.invalid)
    assert any(pair.fault in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)


@every
def test_the_valid_twin_is_accepted(pair: Pair) -> None:
    assert verify_machine(pair.valid) == []
