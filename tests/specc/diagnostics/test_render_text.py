"""The text renderer: what people see."""

from __future__ import annotations

import re
from textwrap import dedent

from specc.diagnostics import Diagnostic, Label, Position, Severity, Span
from specc.diagnostics.render import render


def span(line: int, start: int, end: int, file: str = "pipe.toml", last: int | None = None) -> Span:
    return Span(file, Position(line, start), Position(last or line, end))


def shown(text: str, *labels: Label, severity: Severity = Severity.ERROR, **more: tuple[str, ...]) -> str:
    found = Diagnostic("SPC201", severity, "something is wrong", labels, **more)
    return render([found], {"pipe.toml": text, "base.toml": "one\ntwo\n"})


def expected(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_two_labels_in_different_lines() -> None:
    text = "a\nb\nc\n[steps.fetch]\n\n\n\n\n\n" + 'with.x = "${steps.fetsh}"\n'
    found = Diagnostic(
        "SPC201",
        Severity.ERROR,
        "step `train` uses `steps.fetsh`, which is not a step",
        (
            Label(span(10, 13, 24), "no step of this name"),
            Label(span(4, 8, 13), "a step with a similar name"),
        ),
        help=("did you mean `fetch`?",),
    )
    assert render([found], {"pipe.toml": text}) == expected(
        """
        error[SPC201]: step `train` uses `steps.fetsh`, which is not a step
          --> pipe.toml:10:13
         4 | [steps.fetch]
           |        ----- a step with a similar name
        10 | with.x = "${steps.fetsh}"
           |             ^^^^^^^^^^^ no step of this name
           = help: did you mean `fetch`?
        """
    )


def test_several_labels_in_one_line_hang_below_each_other() -> None:
    labels = (Label(span(1, 9, 12), "third"), Label(span(1, 5, 8), "second"), Label(span(1, 1, 4), "first"))
    assert shown("one two three\n", *labels) == expected(
        """
        error[SPC201]: something is wrong
         --> pipe.toml:1:9
        1 | one two three
          | --- --- ^^^ third
          | |   second
          | first
        """
    )


def test_overlapping_labels_get_rows_of_their_own() -> None:
    labels = (Label(span(1, 5, 8), "inner"), Label(span(1, 1, 14), "outer"))
    assert shown("one two three\n", *labels) == expected(
        """
        error[SPC201]: something is wrong
         --> pipe.toml:1:5
        1 | one two three
          | ------------- outer
          |     ^^^ inner
        """
    )


def test_several_files() -> None:
    labels = (Label(span(1, 1, 4), "here"), Label(span(2, 1, 4, "base.toml"), "and there"))
    assert shown("one\n", *labels, severity=Severity.WARNING) == expected(
        """
        warning[SPC201]: something is wrong
         --> pipe.toml:1:1
        1 | one
          | ^^^ here
         ::: base.toml:2:1
        2 | two
          | --- and there
        """
    )


def test_a_span_of_several_lines_shows_its_ends() -> None:
    text = 'a = """\n  one\n  two\n  three\n"""\n'
    assert shown(text, Label(span(1, 5, 4, last=5), "this text"), severity=Severity.HINT) == expected(
        """
        hint[SPC201]: something is wrong
         --> pipe.toml:1:5
        1 | a = \"\"\"
          |     ^^^
        ...
        5 | \"\"\"
          | ^^^ this text
        """
    )
    assert shown("a\nb\nc\n", Label(span(1, 1, 2, last=3), "x")).split("\n")[4] == "2 | b"
    assert shown("abc\nb\n", Label(span(1, 2, 1, last=2), "to the line end")) == expected(
        """
        error[SPC201]: something is wrong
         --> pipe.toml:1:2
        1 | abc
          |  ^^ to the line end
        """
    )


def test_tabs_wide_and_combining_characters_stay_aligned() -> None:
    text = "\tx = y\n日本 = y\ne\u0301a = y\n"
    for line, column in ((1, 6), (2, 6), (3, 7)):
        rows = shown(text, Label(span(line, column, column + 1))).split("\n")
        before = rows[2].split("y")[0]
        width = sum(0 if char == "\u0301" else 2 if char in "日本" else 1 for char in before)
        assert rows[3].index("^") == width


def test_empty_spans_and_ends_of_lines_get_a_caret() -> None:
    assert shown("ab\r\n", Label(span(1, 3, 3), "end")).endswith("1 | ab\n  |   ^ end\n")
    assert shown("", Label(span(1, 1, 1), "nothing")).endswith("1 |\n  | ^ nothing\n")


def test_long_lines_are_cut_around_the_spot() -> None:
    text = "x" * 5000 + "HERE" + "y" * 5000 + "\n"
    rows = shown(text, Label(span(1, 5001, 5005), "this")).split("\n")
    assert len(rows[2]) < 160
    assert rows[2][4:].startswith("...xxx")
    assert rows[2].endswith("yyy...")
    assert rows[2].index("HERE") == rows[3].index("^^^^ this")
    whole = shown(text, Label(span(1, 1, 10_000), "all")).split("\n")
    assert max(map(len, whole)) < 160


def test_control_characters_become_visible() -> None:
    text = "a = \x1b[31m\x07\u202e\u200b \x9b\x7f\n"
    found = Diagnostic(
        "SPC1", Severity.ERROR, "bad \x1b]0;x\x07", (Label(span(1, 5, 6), "\x1b[0m\n"),), ("\x00",), ("\r",)
    )
    for format in ("text", "concise", "github"):
        rendered = render([found], {"pipe.toml": text}, format)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", rendered)
    rendered = render([found], {"pipe.toml": text})
    assert "a = ␛[31m␇<U+202E><U+200B> <U+009B>␡" in rendered
    assert "bad ␛]0;x␇" in rendered


def test_long_names_are_cut_in_the_middle() -> None:
    found = Diagnostic("SPC201", Severity.ERROR, f"no `{'x' * 100_000}` here", ())
    assert len(render([found], {})) < 700
    assert render([found], {}).endswith("x` here\n")


def test_help_and_notes_of_several_lines_are_indented() -> None:
    rendered = shown("a\n", Label(span(1, 1, 2)), help=("one\ntwo", "three"), notes=("four",))
    assert rendered.endswith("  = help: one\n          two\n  = help: three\n  = note: four\n")


def test_without_labels_or_text() -> None:
    assert shown("") == "error[SPC201]: something is wrong\n"
    found = Diagnostic("SPC201", Severity.ERROR, "gone", (Label(span(3, 2, 4)),))
    assert render([found], {}) == "error[SPC201]: gone\n --> pipe.toml:3:2\n"
    assert render([found], {"pipe.toml": "short\n"}) == "error[SPC201]: gone\n --> pipe.toml:3:2\n"
    assert render([], {}) == ""


def test_color_only_adds_color() -> None:
    found = Diagnostic(
        "SPC201", Severity.WARNING, "m", (Label(span(1, 1, 2), "a"), Label(span(1, 3, 4), "b")), ("h",), ("n",)
    )
    texts = {"pipe.toml": "x y\n"}
    for format in ("text", "concise"):
        plain = render([found], texts, format)
        colored = render([found], texts, format, color=True)
        assert "\x1b[1;33m" in colored
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert "\x1b" not in render([found], texts)
