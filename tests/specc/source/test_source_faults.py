"""What is wrong with a text is said in the user's words, at the right spot, with help where a mistake is common."""

from __future__ import annotations

import pytest

from specc.diagnostics import Diagnostic, Sink, Span, apply_fixes
from specc.source import load_spec
from specc.source.limits import MAX_DEPTH

DEEP = "[" * 300 + "]" * 300
TOO_DEEP = "[" * MAX_DEPTH + "]" * MAX_DEPTH
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "l0: &l0 []\n" + "".join(f"l{n}: &l{n} [*l{n - 1}]\n" for n in range(1, 100))

# format, text, code, (line, column, end column), words of the message, words of the help
FAULTS = [
    ("toml", "a = hello\n", "SPC010", (1, 5, 10), "text must be in quotes", '`"hello"`'),
    ("toml", "x = 1\nmemory = 512MiB\n", "SPC010", (2, 10, 16), "text must be in quotes", '`"512MiB"`'),
    ("toml", "a = [5m, 3]\n", "SPC010", (1, 6, 8), "text must be in quotes", '`"5m"`'),
    ("toml", "a = { b = 5m }\n", "SPC010", (1, 11, 13), "text must be in quotes", '`"5m"`'),
    ("toml", "a = True\n", "SPC010", (1, 5, 9), "`True` is not a value", "`true`"),
    ("toml", "a = null\n", "SPC010", (1, 5, 9), "TOML has no `null`", "leave the key out"),
    ("toml", "a = .5\n", "SPC010", (1, 5, 7), "`.5` is not a number", "both sides"),
    ("toml", "a = 1.\n", "SPC010", (1, 5, 7), "`1.` is not a number", "both sides"),
    ("toml", "a = 01\n", "SPC010", (1, 5, 7), "`01` is not a number", "zeros"),
    ("toml", "a = 2020-13-01\n", "SPC010", (1, 5, 15), "not a possible date", "quote it"),
    ("toml", "a =\n", "SPC010", (1, 3, 4), "a value is missing", "after `=`"),
    ("toml", "a == 1\n", "SPC010", (1, 4, 5), "`=` cannot stand here", "a value is expected"),
    ("toml", "a = inf\n", "SPC015", (1, 5, 8), "`a` is not a finite number", "JSON"),
    ("toml", "a = [1e999]\n", "SPC015", (1, 6, 11), "this item is not a finite number", "JSON"),
    ("toml", "a = " + "9" * 5000 + "\n", "SPC015", (1, 5, 5005), "too many digits", ""),
    ("toml", 'a = "x\nb = 1\n', "SPC010", (1, 5, 7), 'a closing `"` is missing', 'add `"`'),
    ("toml", "a = 'x\n", "SPC010", (1, 5, 7), "a closing `'` is missing", "add `'`"),
    ("toml", 'a = """x\ny', "SPC010", (1, 5, 8), 'a closing `"""` is missing', 'add `"""`'),
    ("toml", "a = '''\nx\n\n", "SPC010", (1, 5, 8), "a closing `'''` is missing", "add `'''`"),
    ("toml", 'a = "C:\\quux"\n', "SPC010", (1, 8, 10), "`\\q` means nothing", "single quotes"),
    ("toml", 'a = "\\u12"\n', "SPC010", (1, 6, 8), "`\\u` means nothing", "single quotes"),
    ("toml", 'a = "\x01"\n', "SPC010", (1, 6, 7), "control character (U+0001)", "`\\u0001`"),
    ("toml", "a = 1\na = 2\n", "SPC013", (2, 1, 2), "the key `a` is given twice", "keep one"),
    ("toml", "[a]\nx = 1\n[b]\n[a]\n", "SPC013", (4, 2, 3), "the table `a` is given twice", "merge"),
    (
        "toml",
        "[a]\n[a.b]\nc = 1\nd = { e = 1, e = 2 }\n",
        "SPC013",
        (4, 14, 15),
        "`a.b.d.e` is given twice",
        "keep one",
    ),
    ("toml", "a = 1\na.b = 2\n", "SPC013", (2, 1, 4), "`a` is given twice", ""),
    ("toml", "a = [1]\n[[a]]\n", "SPC013", (2, 3, 4), "`a` is given twice", ""),
    ("toml", "a: 3\n", "SPC010", (1, 2, 3), "`:` stands where `=` belongs", "`key = value`"),
    ("toml", "a b = 1\n", "SPC010", (1, 3, 4), "`=` is missing", "quotes"),
    ("toml", "abc\n", "SPC010", (1, 1, 4), "`abc` has no value", "`key = value`"),
    ("toml", "[a\nb = 1\n", "SPC010", (1, 1, 3), "no closing `]`", "add `]`"),
    ("toml", "[[a]\n", "SPC010", (1, 1, 5), "no closing `]]`", "add `]]`"),
    ("toml", "[]\n", "SPC010", (1, 1, 3), "no name", "`[name]`"),
    ("toml", "[a b]\n", "SPC010", (1, 4, 5), "header cannot be read", "quotes"),
    ("toml", "a = [\n", "SPC010", (1, 5, 6), "list is never closed", "add `]`"),
    ("toml", "a = {b = ", "SPC010", (1, 5, 6), "inline table is never closed", "add `}`"),
    ("toml", "a = [1,\n2", "SPC010", (1, 5, 6), "list is never closed", "add `]`"),
    ("toml", "a = [1 2]\n", "SPC010", (1, 8, 9), "`,` is missing in the list", "put `,`"),
    ("toml", "a = { b = 1,\n c = 2 }\n", "SPC010", (1, 13, 13), "not closed on its line", "header"),
    ("toml", "a = { b = 1, }\n", "SPC010", (1, 12, 13), "a comma stands before `}`", "remove it"),
    ("toml", "a = 1,\n", "SPC010", (1, 6, 7), "a comma stands after a value", "remove it"),
    ("toml", "a = 1 // one\n", "SPC010", (1, 7, 13), "not a comment", "`#`"),
    ("toml", "// one\n", "SPC010", (1, 1, 7), "not a comment", "`#`"),
    ("toml", '{"a": 1}\n', "SPC010", (1, 1, 9), "looks like JSON", "`.json`"),
    ("toml", "---\na: 1\n", "SPC010", (1, 1, 4), "looks like YAML", "`.yaml`"),
    ("toml", "é = 1\n", "SPC010", (1, 1, 2), "`é` cannot stand here", ""),
    ("toml", "a = " + DEEP, "SPC014", (1, 4 + MAX_DEPTH, 5 + MAX_DEPTH), f"more than {MAX_DEPTH} deep", ""),
    ("toml", "a = " + TOO_DEEP, "SPC014", (1, 4 + MAX_DEPTH, 5 + MAX_DEPTH), f"more than {MAX_DEPTH} deep", ""),
    ("toml", "b = 1\n" + ".".join("a" * 100_000) + " = 1\n", "SPC014", (2, 1, 2), f"more than {MAX_DEPTH} parts", ""),
    ("toml", "[" + ".".join(['"a"'] * 100) + "]\n", "SPC014", (1, 2, 3), f"more than {MAX_DEPTH} parts", ""),
    ("toml", "a = 1\rb = 2\n", "SPC010", None, "", ""),
    # YAML
    ("yaml", "a: b: c\n", "SPC011", (1, 5, 6), "`:` cannot stand here", "quote"),
    ("yaml", "a:\n\tb: 1\n", "SPC011", (2, 1, 2), "a tab stands in the indentation", "blanks"),
    ("yaml", "a:\n  b: 1\n c: 2\n", "SPC011", (3, 2, 3), "a key is expected here", "alike"),
    ("yaml", "a: x\n- b\n", "SPC011", (2, 1, 2), "a key is expected here", "alike"),
    ("yaml", "a: b\nwords here\nd: 1\n", "SPC011", (2, 1, 11), "`:` is missing", "`key: value`"),
    ("yaml", "a: - b\n", "SPC011", (1, 4, 5), "a list item", "line of its own"),
    ("yaml", "a: [1, 2\n", "SPC011", (2, 1, 1), "`,` or `]` is expected", "after the last"),
    ("yaml", "a: {b: 1\n", "SPC011", (2, 1, 1), "`,` or `}` is expected", "after the last"),
    ("yaml", "a: {b: ${c}}\n", "SPC011", (1, 9, 10), "`,` or `}` is expected", "in quotes"),
    ("yaml", "a: @x\n", "SPC011", (1, 4, 5), "text cannot begin with `@`", "`'@x'`"),
    ("yaml", 'a: "x\n', "SPC011", (1, 4, 5), 'a closing `"` is missing', 'add `"`'),
    ("yaml", "a: 'x\n", "SPC011", (1, 4, 5), "a closing `'` is missing", "add `'`"),
    ("yaml", 'a: "\\q"\n', "SPC011", (1, 5, 6), "escape means nothing", "single quotes"),
    ("yaml", "a: \x01\n", "SPC011", (1, 4, 5), "U+0001 cannot stand in YAML", "double quotes"),
    ("yaml", "s:\n  - a: {b: 1, b: 2}\n", "SPC013", (2, 15, 16), "the key `b` is given twice", "keep one"),
    ("yaml", "s: " + DEEP, "SPC014", (1, 3 + MAX_DEPTH, 4 + MAX_DEPTH), f"more than {MAX_DEPTH} deep", ""),
    ("yaml", CHAIN, "SPC014", None, f"more than {MAX_DEPTH} deep", ""),
    ("yaml", "a: .inf\n", "SPC015", (1, 4, 8), "not a finite number", "quote"),
    ("yaml", "a: -.INF\n", "SPC015", (1, 4, 9), "not a finite number", "quote"),
    ("yaml", "a: 1e999\n", "SPC015", (1, 4, 9), "not a finite number", "quote"),
    ("yaml", "a: " + "9" * 5000, "SPC015", (1, 4, 5004), "not a finite number", "quote"),
    ("yaml", "1: x\n", "SPC016", (1, 1, 2), "the key `1` is a number", '`"1":`'),
    ("yaml", "a: {true: x}\n", "SPC016", (1, 5, 9), "the key `true` is a boolean", '`"true":`'),
    ("yaml", "~: x\n", "SPC016", (1, 1, 2), "the key `~` is null", '`"~":`'),
    ("yaml", "[a]: x\n", "SPC016", (1, 1, 2), "a table or list stands as a key", "text"),
    ("yaml", "a: !foo x\n", "SPC017", (1, 4, 10), "the tag `!foo` is not supported", "remove the tag"),
    ("yaml", "a: !!python/name:os.system {}\n", "SPC017", None, "`!!python/name:os.system` is not supported", "remove"),
    ("yaml", "a: !!int x\n", "SPC017", (1, 4, 11), "not what the tag `!!int` says", "remove the tag"),
    ("yaml", "a: *x\n", "SPC018", (1, 4, 6), "nothing before this is named `&x`", ""),
    ("yaml", "a: &name x\nb: *nane\n", "SPC018", (2, 4, 9), "nothing before this", "`*name`"),
    ("yaml", "a: &a [*a]\n", "SPC018", (1, 8, 10), "stands inside what it stands for", "write the value"),
    ("yaml", BOMB, "SPC018", None, "more than 100,000 values", "aliases"),
    ("yaml", "a: &x {b: 1}\nc:\n  <<: *x\n", "SPC019", (3, 3, 5), "merge keys", "`extends`"),
    ("yaml", "a: 1\n---\nb: 2\n", "SPC020", (2, 1, 4), "a second document", "`---`"),
    ("yaml", "\n- 1\n", "SPC021", (2, 1, 2), "a spec is a table", "`key: value`"),
    ("yaml", "%YAML 3.0\n---\na: 1\n", "SPC011", (1, 1, 2), "version of YAML", "remove"),
    # JSON
    ("json", "", "SPC012", (1, 1, 1), "the file is empty", "`{`"),
    ("json", '{"a": 1,}', "SPC012", (1, 8, 9), "a comma stands before the closing `}`", "remove it"),
    ("json", '{"a": [1,\n]}', "SPC012", (1, 9, 10), "a comma stands before the closing `]`", "remove it"),
    ("json", '{"a": 1 "b": 2}', "SPC012", (1, 9, 10), "`,` is missing", "comma"),
    ("json", '{"a" 1}', "SPC012", (1, 6, 7), "`:` is missing before `1`", ""),
    ("json", "{a: 1}", "SPC012", (1, 2, 3), "a key in double quotes", ""),
    ("json", "{'a': 1}", "SPC012", (1, 2, 3), "single quotes", "double quotes"),
    ("json", '{"a": True}', "SPC012", (1, 7, 11), "`True` is not a value", "`true`"),
    ("json", '{"a": hello}', "SPC012", (1, 7, 12), "text must be in quotes", '`"hello"`'),
    ("json", '{"a": "x', "SPC012", (1, 7, 8), 'a closing `"` is missing', 'add `"`'),
    ("json", '{"a": "x\n"}', "SPC012", (1, 9, 9), "a line ends inside a string", "`\\n`"),
    ("json", '{"a": "\\q"}', "SPC012", (1, 8, 9), "`\\q` means nothing", "`\\\\`"),
    ("json", '{"a": [1, 2', "SPC012", (1, 7, 8), "a closing `]` is missing", "add `]`"),
    ("json", '{ // x\n "a": 1}', "SPC012", (1, 3, 7), "no comments", "TOML"),
    ("json", "{} {}", "SPC012", (1, 4, 5), "something follows", "one value"),
    ("json", '{"a": {"b": 1, "b": 2}}', "SPC013", (1, 16, 19), "the key `b` is given twice", "keep one"),
    ("json", '{"a": ' + "[" * 100_000, "SPC014", None, f"more than {MAX_DEPTH} deep", ""),
    ("json", '{"a": NaN}', "SPC015", (1, 7, 10), "`NaN` is not a finite number", "JSON"),
    ("json", '{"a": 1e999}', "SPC015", (1, 7, 12), "`a` is not a finite number", "JSON"),
    ("json", '{"a": ' + "9" * 5000 + "}", "SPC015", (1, 7, 5007), "too many digits", ""),
    ("json", "[1]", "SPC021", (1, 1, 2), "a spec is a table", "`{`"),
    ("json", '{"a": "\\ud83d"}', "SPC022", (1, 7, 15), "half of a surrogate pair", "both halves"),
    ("json", '{"\\ud83d": 1}', "SPC022", None, "half of a surrogate pair", "both halves"),
]


def fault(format: str, text: str | bytes) -> Diagnostic:
    sink = Sink()
    data = text if isinstance(text, bytes) else text.encode()
    assert load_spec(f"spec.{format}", sink, text=data) is None
    assert len(sink.diagnostics) == 1
    return sink.diagnostics[0]


@pytest.mark.parametrize(
    ("format", "text", "code", "where", "message", "help"),
    FAULTS,
    ids=[f"{case[0]}-{case[1][:25]!r}" for case in FAULTS],
)
def test_fault(format: str, text: str, code: str, where: tuple[int, int, int] | None, message: str, help: str) -> None:
    found = fault(format, text)
    assert found.code == code
    assert message in found.message
    assert help in "\n".join(found.help)
    assert not found.message.endswith(".")
    at = found.labels[0].at
    assert isinstance(at, Span)
    if where is not None:
        assert (at.start.line, at.start.column, at.end.column) == where


@pytest.mark.parametrize(
    ("format", "text", "fixed"),
    [
        ("toml", "a = 5m # c\n", 'a = "5m" # c\n'),
        ("toml", "a = hello world\r\nb = 1\r\n", 'a = "hello world"\r\nb = 1\r\n'),
        ("toml", "a: 3\n", "a = 3\n"),
        ("toml", "a = [1,2],\n", "a = [1,2]\n"),
        ("toml", "a = yes\n", "a = true\n"),
        ("toml", "a = { b = 1, }\n", "a = { b = 1 }\n"),
        ("yaml", "404: x\n", '"404": x\n'),
        ("json", '{"a": [1,\n], "b": 2}', '{"a": [1\n], "b": 2}'),
        ("json", '{"a": None}', '{"a": null}'),
        ("json", "{a: 1}", '{"a": 1}'),
        ("toml", 'extends = "a.toml"\n', 'extends = ["a.toml"]\n'),
    ],
)
def test_fix(format: str, text: str, fixed: str) -> None:
    assert apply_fixes({f"spec.{format}": text}, [fault(format, text)]) == {f"spec.{format}": fixed}


def test_both_places_of_a_duplicate_are_shown() -> None:
    for format, text in (
        ("toml", "\n[a]\nb = 1\nb = 2\n"),
        ("yaml", "a:\n\n  b: 1\n  b: 2\n"),
        ("json", '{"a": {\n\n"b": 1,\n"b": 2}}'),
    ):
        labels = fault(format, text).labels
        assert [(label.at.start.line, label.text) for label in labels if isinstance(label.at, Span)] == [
            (4, "given again here"),
            (3, "given here first"),
        ]


def test_lines_and_columns_are_right_after_carriage_returns_and_a_byte_order_mark() -> None:
    at = fault("toml", b'\xef\xbb\xbfa = """\r\nx\r\n"""\r\n\xc3\xa9 = 1\r\n').labels[0].at
    assert isinstance(at, Span)
    assert (at.start.line, at.start.column) == (4, 1)


def test_dots_in_text_are_no_deep_keys() -> None:
    text = f'a = "{"x." * 500}"\n# {"x." * 500}\nb = """\n{"x." * 500}\n"""\n'
    sink = Sink()
    assert load_spec("spec.toml", sink, text=text.encode()) is not None
