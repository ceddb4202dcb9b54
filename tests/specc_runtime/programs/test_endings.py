"""What a status means."""

from __future__ import annotations

import pytest

from specc_runtime.errors import CommandError, class_names
from specc_runtime.programs.endings import check_status, status_of

CODES = {"3": "NoData", "4": "ok"}


@pytest.mark.parametrize(("status", "codes"), [(0, None), (0, CODES), (4, CODES)])
def test_no_failure(status: int, codes: dict[str, str] | None) -> None:
    check_status(status, "tool", exit_codes=codes)


@pytest.mark.parametrize(
    ("status", "name", "said"),
    [
        (1, "CommandError", "`tool a` failed with status 1"),
        (3, "NoData", "`tool a` failed with status 3"),
        (126, "CommandError", "no program"),
        (127, "CommandError", "not found"),
        (-9, "CommandError", "ended by signal 9, SIGKILL (killed from outside"),
        (-64, "CommandError", "signal 64"),
    ],
)
def test_failures_have_a_name_and_tell_their_status(status: int, name: str, said: str) -> None:
    with pytest.raises(CommandError) as caught:
        check_status(status, "tool a", ["first `x` failed with status 99", "last"], CODES)
    names = class_names(caught.value)
    assert names[0] == name
    assert {"CommandError", "exit"} <= set(names)
    assert said in str(caught.value)
    assert status_of(str(caught.value)) == status


@pytest.mark.parametrize("message", ["", "no", "`a` was not found", "x `a` failed with status 3"])
def test_other_messages_hold_no_status(message: str) -> None:
    assert status_of(message) is None
