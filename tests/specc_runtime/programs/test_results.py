"""What a program's output is read as."""

from __future__ import annotations

from typing import Any

import pytest

from specc_runtime.errors import OutputMismatch
from specc_runtime.programs.results import value_of


@pytest.mark.parametrize(
    ("result", "printed", "value"),
    [
        ("text", "a\n\n", "a"),
        ("json", ' {"a": [1]}\n', {"a": [1]}),
        ("lines", "", []),
        ("lines", "a\r\n\n b", ["a", "", " b"]),
        ("jsonl", "", []),
        ("jsonl", '1\n\n{"a": 2}\n', [1, {"a": 2}]),
        ("csv", "", []),
        ("csv", 'a,b\r\n1,"x\n""y"""\n\n', [{"a": "1", "b": 'x\n"y"'}]),
    ],
)
def test_values(result: str, printed: str, value: Any) -> None:
    assert value_of(printed.encode(), "tool", result) == value


@pytest.mark.parametrize(
    ("result", "printed", "said"),
    [
        ("json", " \n", "printed nothing, where its step expects JSON"),
        ("json", '{"a":\n nil}', "line 2, column 2:  nil}"),
        ("json", "NaN", "`NaN` is no number"),
        ("json", "[" * 100_000, "what is not JSON"),
        ("jsonl", "1\n2 3\n", "at line 2, column 3: 2 3"),
        ("csv", "a,b\n1\n", "line 2: 1 field for 2 columns"),
        ("csv", "a,a\n", "`a` twice"),
        ("lines", b"\xff", "not UTF-8, at byte 0"),
    ],
)
def test_what_is_something_else(result: str, printed: str | bytes, said: str) -> None:
    data = printed if isinstance(printed, bytes) else printed.encode()
    with pytest.raises(OutputMismatch, match=r"^`tool x` printed ") as caught:
        value_of(data, "tool x", result)
    assert said in str(caught.value)
