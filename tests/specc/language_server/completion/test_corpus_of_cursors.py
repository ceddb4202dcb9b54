"""What is offered at each cursor of the corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from completion.cases import CASES
from completion.forms import Case
from completion.project import completed, make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Python and specs."""
    folder = tmp_path_factory.mktemp("project")
    make_project(folder)
    return folder


@pytest.mark.parametrize("case", CASES, ids=[f"{one.format}-{one.added!r}" for one in CASES])
def test_what_is_offered(project: Path, case: Case) -> None:
    found = completed(project, case.format, case.text)
    labels = [item.label for item in found]
    assert set(case.offered) <= set(labels), f"not offered: {sorted(set(case.offered) - set(labels))}; are: {labels}"
    assert not set(case.absent) & set(labels)
    assert not case.only or set(labels) == set(case.offered)
    assert case.first is None or labels[0] == case.first
    assert len(labels) == len(set(labels))
    assert [item.sort_text for item in found] == sorted(str(item.sort_text) for item in found)


@pytest.mark.parametrize("case", CASES[::5], ids=[f"{one.format}-{one.added!r}" for one in CASES[::5]])
def test_line_ends_of_windows_change_nothing(project: Path, case: Case) -> None:
    labels = {one.label for one in completed(project, case.format, case.text.replace("\n", "\r\n"))}
    assert labels == {one.label for one in completed(project, case.format, case.text)}
    assert labels >= set(case.offered)


def test_no_case_can_pass_whatever_is_offered() -> None:
    assert len(CASES) >= 120
    assert all(one.offered or one.only for one in CASES)
    assert max(Counter((one.format, one.text) for one in CASES).values()) == 1
    assert min(Counter(one.format for one in CASES).values()) >= 20


NEVER = {
    "inner:", "thing:", "secretly:", "env.secretly:", ".venv/lib/inner.py", "notes.toml", "spec.toml", "States.ALL", "LIMIT",
    "length", "n", "m", "Colour", "Broken", "WorseError",
}  # fmt: skip
"""What nothing may ever offer: others' code, what is no spec, what is no function, the step itself."""


def test_what_is_absent_at_one_place_is_offered_at_another() -> None:
    offered = {label for one in CASES for label in one.offered}
    absent = {label for one in CASES for label in one.absent}
    assert absent - offered <= NEVER
