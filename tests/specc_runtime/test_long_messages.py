"""A message that no workflow could carry is cut, alike on every engine."""

from specc_runtime.errors import LONGEST_MESSAGE, message_of
from specc_runtime.tracebacks import format_error


def test_a_long_message_is_cut_and_says_so() -> None:
    assert message_of(ValueError("m" * LONGEST_MESSAGE)) == "m" * LONGEST_MESSAGE
    cut = message_of(ValueError("m" * 500_000))
    assert cut == "m" * LONGEST_MESSAGE + "… (500000 characters)"


def test_an_error_without_a_readable_message_has_one() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "BrokenError" in message_of(BrokenError())


def test_a_long_line_of_a_traceback_is_cut_and_says_so() -> None:
    try:
        raise ValueError("m" * 500_000 + "\nshort")
    except ValueError as error:
        lines = format_error(error).splitlines()
    assert lines[-1] == "short"
    assert lines[-2].startswith("ValueError: mmm")
    assert lines[-2].endswith("m… (500012 characters)")
    assert len(lines[-2]) < 10_000
