"""Safe fixes are applied whole, and never over each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic, Edit, Fix, Position, Severity, Span, apply_fixes


def fix(*edits: tuple[int, int, str], file: str = "a", line: int = 1, safe: bool = True) -> Diagnostic:
    """A diagnostic whose fix replaces columns of one line."""
    placed = tuple(
        Edit(Span(file, Position(line, start), Position(line, end)), replacement) for start, end, replacement in edits
    )
    return Diagnostic("SPC1", Severity.ERROR, "m", fix=Fix("t", placed, safe))


def test_edits_of_several_files_lines_and_fixes() -> None:
    texts = {"a": "one two\nthree\n", "b": "x\r\ny\r\n", "c": "same"}
    found = [
        fix((1, 4, "1")),
        fix((5, 8, "2"), (1, 1, ">")),
        fix((1, 6, "3"), line=2),
        fix((1, 2, "z"), file="b", line=2),
    ]
    # the second touches where the first begins, so it waits
    assert apply_fixes(texts, found) == {"a": "1 two\n3\n", "b": "x\r\nz\r\n"}
    assert apply_fixes(texts, found[1:2]) == {"a": ">one 2\nthree\n"}


def test_what_is_not_applied() -> None:
    texts = {"a": "one two"}
    assert apply_fixes(texts, [fix((1, 4, "1"), safe=False)]) == {}
    assert apply_fixes(texts, [fix((1, 4, "1"), file="other")]) == {}
    assert apply_fixes(texts, [fix((1, 4, "1"), (3, 5, "2"))]) == {}
    assert apply_fixes(texts, [fix((1, 4, "one"))]) == {}
    assert apply_fixes(texts, [Diagnostic("SPC1", Severity.ERROR, "m")]) == {}


def test_the_same_fix_twice_is_applied_once() -> None:
    assert apply_fixes({"a": "x"}, [fix((2, 2, "!")), fix((2, 2, "!"))]) == {"a": "x!"}


def test_touching_edits_both_apply_and_order_does_not_matter() -> None:
    edits = [fix((3, 5, "B")), fix((1, 3, "A"))]
    assert apply_fixes({"a": "aabb"}, edits) == apply_fixes({"a": "aabb"}, edits[::-1]) == {"a": "AB"}


@given(
    st.text("ab\n", max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.text("xy", max_size=3)))
)
def test_untouched_text_survives(text: str, edits: list[tuple[int, int, str]]) -> None:
    from specc.source.lines import Lines

    lines = Lines(text)
    found = [
        Diagnostic("SPC1", Severity.ERROR, "m", fix=Fix("t", (Edit(lines.span("a", start, start + length), new),)))
        for start, length, new in edits
        if start + length <= len(text)
    ]
    result = apply_fixes({"a": text}, found).get("a", text)
    kept = [char for char in result if char in "ab\n"]
    remaining = iter(text)
    assert all(char in remaining for char in kept)
