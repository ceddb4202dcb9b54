"""Marks in the logs of functions are read back as they were meant."""

from __future__ import annotations

import pytest

from specc_runtime.marks import announce, read_mark


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"run": {"id": "r1"}, "step": "fetch"}, ("r1", "fetch", ())),
        ({"run": {"id": "r1"}, "step": "a/b", "address": "r1/a/3/b/12"}, ("r1", "a/b", (3, 12))),
        ({"run": {"id": "7"}, "step": "é\n", "address": "7/é/0"}, ("7", "é\n", (0,))),
        ({}, ("", "", ())),
    ],
)
def test_a_mark_is_one_line(
    request_: dict[str, object], expected: tuple[object, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    announce(request_)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert read_mark(out) == expected


@pytest.mark.parametrize("line", ["", "hello", '{"specc-call": 3}', '{"specc-call": {"run": 1}}', '{"specc-call"'])
def test_other_lines_are_none(line: str) -> None:
    assert read_mark(line) is None
