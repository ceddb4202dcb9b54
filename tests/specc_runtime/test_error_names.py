from __future__ import annotations

from email.errors import HeaderParseError

import pytest

from specc_runtime.errors import TIMEOUT, CodecError, class_names, error_name, matches, message_of, names_of
from specc_runtime.expressions import ExpressionError, MissingError


class StrangeError(KeyError):
    def __str__(self) -> str:
        raise RuntimeError


class LeavingError(Exception):
    def __str__(self) -> str:
        raise SystemExit(3)


class MaskedError(Exception):
    @property
    def __class__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "declared", "name"),
    [
        (ZeroDivisionError(), [], "ZeroDivisionError"),
        (ZeroDivisionError(), ["ValueError"], "ZeroDivisionError"),
        (ZeroDivisionError(), ["Exception", "ArithmeticError"], "ArithmeticError"),
        (HeaderParseError(), ["email.errors.MessageError"], "email.errors.MessageError"),
        (HeaderParseError(), ["MessageError", "ValueError"], "MessageError"),
        (ConnectionRefusedError(), ["OSError", "ConnectionError"], "ConnectionError"),
        (MissingError("x"), [], "ExpressionError"),
        (CodecError("x"), [], "CodecError"),
        (SystemExit(1), ["exit"], "exit"),
    ],
)
def test_an_error_leaves_under_the_declared_name_it_is_an_instance_of(
    error: BaseException, declared: list[str], name: str
) -> None:
    assert error_name(class_names(error), declared) == name


def test_what_matches() -> None:
    names = class_names(FileNotFoundError())
    assert matches(names, ["OSError"])
    assert matches(names, ["x", "*"])
    assert not matches(names, ["ValueError"])
    assert matches(names_of(TIMEOUT), ["TimeoutError"])
    assert matches(names_of(TIMEOUT), ["timeout"])
    assert not matches(class_names(TimeoutError()), ["timeout"])


def test_messages_are_had_even_from_broken_exceptions() -> None:
    assert message_of(ExpressionError("why")) == "why"
    assert message_of(StrangeError()) == "<StrangeError without a readable message>"


def test_exceptions_that_do_not_want_to_be_looked_at() -> None:
    assert message_of(LeavingError()) == "<LeavingError without a readable message>"
    assert class_names(MaskedError())[0] == "MaskedError"
    assert message_of(MaskedError("seen")) == "seen"
