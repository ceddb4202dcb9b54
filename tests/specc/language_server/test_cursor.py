"""What stands at a cursor: in texts that parse, as their side table has it; in those that do not, as one would read them."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from language_texts import CURSOR
from specc.language_server.cursor import Cursor, cursor_at
from specc.source.document import Document, lookup, parse
from specc.source.formats import Format

SPECS = Path(__file__).parents[3] / "specs"
Case = tuple[Format, str, str, tuple[str | int, ...], str]
A = ("steps", "a")
W = ("steps", "a", "with")
ROUNDS = int(os.environ.get("SPECC_FUZZ", "1000"))

CASES: list[Case] = [
    # keys in TOML
    ("toml", "‸", "key", (), ""),
    ("toml", "na‸", "key", (), "na"),
    ("toml", "specc = 1\n‸", "key", (), ""),
    ("toml", "specc = 1\nki‸nd = 2", "key", (), "ki"),
    ("toml", "[steps.a]\ncal‸", "key", A, "cal"),
    ("toml", "[steps.a]\n  cal‸\nwith.x = 1", "key", A, "cal"),
    ("toml", "[steps.a]\ncall = 'x:y'\n\n‸\n[steps.b]", "key", A, ""),
    ("toml", "[steps.a]\nwith.‸", "key", W, ""),
    ("toml", "[steps.a]\nwith.li‸", "key", W, "li"),
    ("toml", "[steps.a]\nwith.li‸ = 3", "key", W, "li"),
    ("toml", "[steps.a]\nwi‸th.li = 3", "key", A, "wi"),
    ("toml", '[steps.a]\non_error."Val‸', "key", (*A, "on_error"), "Val"),
    ("toml", '[steps.a]\non_error."Val‸" = 1', "key", (*A, "on_error"), "Val"),
    ("toml", "[steps.a]\nretry = { ‸", "key", (*A, "retry"), ""),
    ("toml", "[steps.a]\nretry = { max = 2, ‸ }", "key", (*A, "retry"), ""),
    ("toml", "[steps.a]\nretry = { ma‸ }", "key", (*A, "retry"), "ma"),
    ("toml", "[steps.a]\nretry = { ma‸x = 2 }", "key", (*A, "retry"), "ma"),
    ("toml", "[steps.a]\nwith = { a.b‸", "key", (*W, "a"), "b"),
    ("toml", "[steps.a]\nwith = { x = { y = 1 }, ‸", "key", W, ""),
    ("toml", "[[tests]]\nname = 'a'\n[[tests]]\nna‸", "key", ("tests", 1), "na"),
    ("toml", "[[tests]]\n[tests.expect]\nout‸", "key", ("tests", 0, "expect"), "out"),
    ("toml", "x = [\n  { a = 1 },\n  { ‸", "key", ("x", 1), ""),
    ("toml", "[steps.a]\ncall = \"bir\nwi‸", "key", A, "wi"),
    ("toml", "[steps.a]\nx = [1, 2\nwi‸", "key", A, "wi"),
    ("toml", "[steps.a]\nx = { a = 1\nwi‸", "key", A, "wi"),
    ("toml", "[steps.a\nwi‸", "key", A, "wi"),
    ("toml", 'a = """\n[steps.b]\n"""\n[steps.a]\nwi‸', "key", A, "wi"),
    ("toml", "[steps.a]\r\nwi‸\r\n", "key", A, "wi"),
    # headers in TOML
    ("toml", "[‸", "header", (), ""),
    ("toml", "[ste‸", "header", (), "ste"),
    ("toml", "[steps.‸", "header", ("steps",), ""),
    ("toml", "[steps.a.wi‸", "header", A, "wi"),
    ("toml", "[steps.a.wi‸]", "header", A, "wi"),
    ("toml", "[st‸eps.a]\ncall = 1", "header", (), "st"),
    ("toml", "[[te‸", "header", (), "te"),
    ("toml", "[[tests]]\n[tests.‸", "header", ("tests", 0), ""),
    ("toml", '[steps.a.on_error."V‸', "header", (*A, "on_error"), "V"),
    # values in TOML
    ("toml", "[steps.a]\ncall = ‸", "value", (*A, "call"), ""),
    ("toml", "[steps.a]\ncall =‸", "value", (*A, "call"), ""),
    ("toml", "[steps.a]\ncall = \"bir‸", "value", (*A, "call"), "bir"),
    ("toml", "[steps.a]\ncall = \"bir‸ds\"\n", "value", (*A, "call"), "bir"),
    ("toml", "[steps.a]\ncall = '‸'", "value", (*A, "call"), ""),
    ("toml", "[steps.a]\ncall = bir‸", "value", (*A, "call"), "bir"),
    ("toml", "[steps.a]\nwith.x = \"a\\\"b‸\"", "value", (*W, "x"), 'a"b'),
    ("toml", "[steps.a]\nwith.x = '''one\ntwo‸'''", "value", (*W, "x"), "one\ntwo"),
    ("toml", "[steps.a]\nretry = { max = ‸", "value", (*A, "retry", "max"), ""),
    ("toml", "[steps.a]\nafter = [‸", "value", (*A, "after", 0), ""),
    ("toml", "[steps.a]\nafter = [\"b\", \"‸", "value", (*A, "after", 1), ""),
    ("toml", "[steps.a]\nafter = [\n  \"b\",\n  \"c‸\",\n]", "value", (*A, "after", 1), "c"),
    ("toml", "[steps.a]\non_error = { \"a.b\" = { run = \"c‸", "value", (*A, "on_error", "a.b", "run"), "c"),
    # nothing in TOML
    ("toml", "# a com‸ment", "none", (), ""),
    ("toml", "a = 1 # a com‸ment", "none", (), ""),
    ("toml", "a = 1 ‸", "none", (), ""),
    ("toml", "[steps.a] ‸", "none", A, ""),
    # keys in YAML
    ("yaml", "‸", "key", (), ""),
    ("yaml", "specc: 1\nki‸", "key", (), "ki"),
    ("yaml", "steps:\n  a:\n    ca‸", "key", A, "ca"),
    ("yaml", "steps:\n  a:\n    ca‸ll: x", "key", A, "ca"),
    ("yaml", "steps:\n  a:\n    ‸", "key", A, ""),
    ("yaml", "steps:\n  a:\n    call: x:y\n    ‸\n  b:\n    call: x:z", "key", A, ""),
    ("yaml", "steps:\n  a:\n    call: x:y\n  ‸", "key", ("steps",), ""),
    ("yaml", "steps:\n  a:\n    with:\n      li‸", "key", W, "li"),
    ("yaml", "steps:\n  a:\n    with: { li‸", "key", W, "li"),
    ("yaml", "steps:\n  a:\n    with: {x: 1, ‸}", "key", W, ""),
    ("yaml", "steps:\n  a: { call: x:y, ‸", "key", A, ""),
    ("yaml", "steps:\n  a:\n    \"ca‸\": 1", "key", A, "ca"),
    ("yaml", "tests:\n  - name: a\n    ex‸", "key", ("tests", 0), "ex"),
    ("yaml", "tests:\n- name: a\n- name: b\n  ex‸", "key", ("tests", 1), "ex"),
    ("yaml", "tests:\n- name: a\nou‸", "key", (), "ou"),
    ("yaml", "steps:\n  a:\n    command: |\n      x: [\n    wi‸", "key", A, "wi"),
    ("yaml", "steps:\n  a:\n    after: [b, c\n  b:\n    ca‸", "key", ("steps", "b"), "ca"),
    ("yaml", "steps:\n  a:\n    call: \"x\n  b:\n    ca‸", "key", ("steps", "b"), "ca"),
    # values in YAML
    ("yaml", "steps:\n  a:\n    call: ‸", "value", (*A, "call"), ""),
    ("yaml", "steps:\n  a:\n    call:‸", "value", (*A, "call"), ""),
    ("yaml", "steps:\n  a:\n    call: bir‸", "value", (*A, "call"), "bir"),
    ("yaml", "steps:\n  a:\n    call: 'it''s‸", "value", (*A, "call"), "it's"),
    ("yaml", "steps:\n  a:\n    call: \"bir‸\"", "value", (*A, "call"), "bir"),
    ("yaml", "steps:\n  a:\n    after: [‸", "value", (*A, "after", 0), ""),
    ("yaml", "steps:\n  a:\n    after: [b, c‸]", "value", (*A, "after", 1), "c"),
    ("yaml", "steps:\n  a:\n    after:\n      - b\n      - ‸", "value", (*A, "after", 1), ""),
    ("yaml", "steps:\n  a:\n    after:\n      - b\n      - c‸", "value", (*A, "after", 1), "c"),
    ("yaml", "steps:\n  a:\n    after:\n    - b\n    - c‸", "value", (*A, "after", 1), "c"),
    ("yaml", "steps:\n  a:\n    with: { x: \"y‸\" }", "value", (*W, "x"), "y"),
    ("yaml", "steps:\n  a:\n    with: { x: {y: z‸", "value", (*W, "x", "y"), "z"),
    ("yaml", "# com‸ment", "none", (), ""),
    ("yaml", "a: b # com‸ment", "none", ("a",), ""),
    # JSON
    ("json", '{‸', "key", (), ""),
    ("json", '{"na‸', "key", (), "na"),
    ("json", '{"na‸"}', "key", (), "na"),
    ("json", '{"na‸": 1}', "key", (), "na"),
    ("json", '{na‸', "key", (), "na"),
    ("json", '{"steps": {"a": {"ca‸', "key", A, "ca"),
    ("json", '{"steps": {"a": {"call": "x:y", ‸}}}', "key", A, ""),
    ("json", '{"steps": {"a": {"call": "x:y"\n "wi‸', "key", A, "wi"),
    ("json", '{"steps": {"a": {"call": ‸', "value", (*A, "call"), ""),
    ("json", '{"steps": {"a": {"call": "bi‸', "value", (*A, "call"), "bi"),
    ("json", '{"steps": {"a": {"call": "bi‸"}}}', "value", (*A, "call"), "bi"),
    ("json", '{"steps": {"a": {"call": "b\\u0069‸"}}}', "value", (*A, "call"), "bi"),
    ("json", '{"steps": {"a": {"after": ["b", "‸"]}}}', "value", (*A, "after", 1), ""),
    ("json", '{"a": {"x": 1}, "steps": {"a": {"wi‸', "key", A, "wi"),
    ("json", '{"a": 1} ‸', "none", (), ""),
]  # fmt: skip


def at_mark(format: Format, text: str) -> Cursor:
    """The cursor at the mark."""
    before, after = text.split(CURSOR)
    return cursor_at(before + after, format, len(before))


@pytest.mark.parametrize(("format", "text", "kind", "path", "typed"), CASES, ids=[f"{c[0]}-{c[1]!r}" for c in CASES])
def test_what_is_typed_and_where_it_belongs(
    format: Format, text: str, kind: str, path: tuple[str | int, ...], typed: str
) -> None:
    found = at_mark(format, text)
    assert (found.kind, found.path) == (kind, path)
    if kind != "none":
        assert found.typed == typed


def test_there_are_cases_enough_in_every_format() -> None:
    assert len(CASES) >= 80
    assert min(sum(case[0] == format for case in CASES) for format in ("toml", "yaml", "json")) >= 15


@pytest.mark.parametrize(
    ("format", "text", "expression", "closed"),
    [
        ("toml", 'x = "${par‸', "par", False),
        ("toml", 'x = "${par‸}"', "par", True),
        ("toml", 'x = "a ${b} ${c‸}"', "c", True),
        ("toml", 'x = "a ${b}‸"', None, True),
        ("toml", 'x = "$${a‸"', None, True),
        ("toml", "x = '${f(\"}\", ‸'", 'f("}", ', False),
        ("toml", 'x = "${steps.a[\\"b‸"', 'steps.a["b', False),
        ("toml", 'x = { y = "${a.‸', "a.", False),
        ("yaml", "x: ${a.‸", "a.", False),
        ("yaml", "x: |\n  text\n  ${a.‸\n", "a.", False),
        ("yaml", 'x: "${a.‸}"', "a.", True),
        ("yaml", "x: [\"${a.‸", "a.", False),
        ("json", '{"x": "${a.‸"}', "a.", False),
        ("json", '{"x": ["${ {\\"k\\": a.‸', ' {"k": a.', False),
        ("json", '{"${a‸": 1}', None, True),
    ],
)  # fmt: skip
def test_the_expression_up_to_the_cursor(format: Format, text: str, expression: str | None, closed: bool) -> None:
    found = at_mark(format, text)
    assert found.expression == expression
    assert expression is None or found.hole_closed is closed


@pytest.mark.parametrize(
    ("format", "text", "word"),
    [
        ("toml", 'x = "${par‸ams.a}"', "params"),
        ("toml", "with.li‸mit = 1", "limit"),
        ("toml", 'call = "bir‸ds:f" # a', '"birds:f"'),
        ("toml", 'call = "bir‸ds', '"birds'),
        ("yaml", "call: bir‸ds:f # a", "birds:f"),
        ("yaml", "{call: bir‸ds:f, x: 1}", "birds:f"),
        ("json", '{"ca‸ll": 1}', '"call"'),
        ("json", '{"call": "bi‸, ', '"bi'),
    ],
)
def test_the_word_is_what_a_suggestion_replaces(format: Format, text: str, word: str) -> None:
    found = at_mark(format, text)
    start, end = found.word if found.expression is not None else (found.spot.start, found.spot.end)
    assert found.text[start:end] == word


def examples() -> list[Path]:
    return sorted([*SPECS.glob("*/*.toml"), *SPECS.glob("*/*.yaml")])


def read(path: Path) -> Document:
    return parse(path.name, "toml" if path.suffix == ".toml" else "yaml", path.read_text(encoding="utf-8"))


def as_json(document: Document) -> Document:
    return parse("x.json", "json", json.dumps(document.value, indent=1))


def check_against_the_side_table(document: Document) -> int:
    """Ask at every key and every scalar of a text; how often was asked."""
    asked = 0
    text, table = document.text, document.table
    for path, (key_start, key_end, start, end) in table.extents.items():
        opens_item = path in table.headers and bool(path) and isinstance(path[-1], int)
        if path and key_start < key_end and (key_start, key_end) != (start, end) and not opens_item:
            inner = 1 if text[key_start] in "\"'" else 0
            for offset in {key_start + inner, key_end - inner}:
                found = cursor_at(text, document.format, offset)
                assert (found.kind in ("key", "header"), found.path) == (True, path[:-1]), (path, offset)
                asked += 1
        if not isinstance(lookup(document.value, path)[1], dict | list) and end - start > 1:
            for offset in {start + 1, (start + end) // 2, end - 1}:
                found = cursor_at(text, document.format, offset)
                assert (found.kind, found.path) == ("value", path), (path, offset)
                asked += 1
    return asked


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_in_a_text_that_parses_the_cursor_is_where_the_side_table_has_it(path: Path) -> None:
    document = read(path)
    assert check_against_the_side_table(document) > 50
    assert check_against_the_side_table(as_json(document)) > 50


SCRAPS = [
    '"',
    "'",
    "[",
    "{",
    "}",
    "]",
    "\n",
    "${",
    "#",
    ":",
    "=",
    ".",
    "- ",
    '"""',
    "é",
    "\\",
    ",",
    "  ",
    "\t",
    "|",
    "&a ",
]


@pytest.mark.parametrize("seed", range(4))
def test_no_offset_of_any_text_fails(seed: int) -> None:
    chance = random.Random(seed)
    texts = [path.read_text(encoding="utf-8")[:3_000] for path in examples()]
    kinds = set()
    for _ in range(ROUNDS):
        text = chance.choice(texts)
        for _ in range(chance.randint(0, 3)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(SCRAPS) + text[at + chance.choice([0, 1, 30]) :]
        offset = chance.randint(0, len(text))
        for format in ("toml", "yaml", "json"):
            found = cursor_at(text, format, offset)  # type: ignore[arg-type]  # the three formats
            assert 0 <= found.spot.start <= offset <= found.spot.end <= len(text)
            assert found.whole.startswith(found.typed) or "\\" in text
            assert found.expression is None or found.typed.endswith(found.expression)
            kinds.add(found.kind)
    assert kinds == {"key", "header", "value", "none"}
