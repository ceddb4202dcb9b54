"""A script that is given values does what it does when they are edited into it: output, errors, and exit status."""

from __future__ import annotations

import pytest

from script_cases import about_globals, about_processes
from script_cases.comparing import Case, Ended, both

CASES = [*about_globals.CASES, *about_processes.CASES]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Ended, Ended]]:
    return both(CASES, tmp_path_factory.mktemp("conformance"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_script_with_values_is_the_script_edited_by_hand(case: Case, ended: dict[str, tuple[Ended, Ended]]) -> None:
    edited, wanted = ended[case.name]
    assert edited.status == case.status
    assert wanted.out == edited.out
    if case.stderr:
        assert wanted.err == edited.err
    assert wanted.status == edited.status


def test_there_are_many_cases_and_each_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 90
