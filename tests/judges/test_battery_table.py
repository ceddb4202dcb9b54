"""The page of the verifier is up to date, and says why judges that reject a valid machine are wrong."""

from __future__ import annotations

import pytest

from judges.battery import pairs
from judges.battery_table import JUDGES, PAGE, judged, machine_hash, page, reason, recorded
from judges.machines import missing_packages


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(recorded()), "run `make verifier-table`"


def test_no_valid_machine_is_rejected_by_all_or_without_a_reason() -> None:
    verdicts = recorded()
    for pair in pairs():
        alarms = verdicts[machine_hash(pair.valid)]
        assert alarms.keys() < JUDGES.keys(), pair.id
        for name, message in alarms.items():
            assert reason(name, message), f"{pair.id}: {name}: {message}"


@pytest.mark.slow
@pytest.mark.skipif(missing_packages() is not None, reason=missing_packages() or "")
def test_kept_verdicts_are_those_of_the_judges() -> None:
    """Of some machines: judging all takes a minute."""
    some = [machine for pair in pairs()[::30] for machine in (pair.invalid, pair.valid)]
    kept = recorded()
    assert {name: list(verdict) for name, verdict in judged(some).items()} == {
        machine_hash(machine): list(kept[machine_hash(machine)]) for machine in some
    }
