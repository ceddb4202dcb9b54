"""A message that no workflow could carry is cut, alike on every engine."""

from specc_runtime.errors import LONGEST_MESSAGE, message_of


def test_a_long_message_is_cut_and_says_so() -> None:
    assert message_of(ValueError("m" * LONGEST_MESSAGE)) == "m" * LONGEST_MESSAGE
    cut = message_of(ValueError("m" * 500_000))
    assert cut == "m" * LONGEST_MESSAGE + "… (500000 characters)"


def test_an_error_without_a_readable_message_has_one() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "BrokenError" in message_of(BrokenError())
