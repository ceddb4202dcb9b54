"""What replaced steps give and raise."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from specc_runtime.errors import class_names, message_of
from specc_runtime.testing import error_of, fail, give


def test_values() -> None:
    assert give('{"a": [1, null]}', [1, 2]) == {"a": [1, None]}


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("KeyError", "LookupError"),
        ("ConnectionResetError", "OSError"),
        ("timeout", "TimeoutError"),
        ("UnicodeDecodeError", "ValueError"),
        ("SystemExit", "exit"),
        ("ExceptionGroup", "Exception"),
        ("ToleranceExceeded", "SpeccError"),
        ("ExpressionError", "Exception"),
        ("TooTired", "Exception"),
        ("len", "Exception"),
        ("no_such_module.TooTired", "no_such_module.TooTired"),
        ("json.JSONDecodeError", "ValueError"),
    ],
)
def test_errors_are_caught_as_the_real_ones(name: str, also: str) -> None:
    error = error_of(name, "it is late")
    names = class_names(error)
    assert names[0] == name.rpartition(".")[2]
    assert also in names
    assert message_of(error) == "it is late"
    with pytest.raises(type(error)):
        raise error


def test_a_class_of_the_user_that_wants_more_than_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tired_birds.py").write_text(
        "class TooTired(OSError):\n    def __init__(self, bird, hours): super().__init__(bird, hours)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        names = class_names(error_of("tired_birds.TooTired", "zzz"))
    finally:
        sys.modules.pop("tired_birds", None)
    assert {"TooTired", "tired_birds.TooTired", "OSError"} <= set(names)


def test_fail_raises() -> None:
    with pytest.raises(ValueError, match=r"^no$"):
        fail("ValueError", "no", [])
