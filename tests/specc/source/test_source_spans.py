"""Every span, read on its own, gives the key or the value that it is the span of."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest
import tomli_w
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import DOCUMENT, load, same, yaml_text
from specc.diagnostics import Place, Span
from specc.source import Document


def cut(document: Document, span: Span | None) -> str:
    """The text of a span."""
    assert span is not None
    return document.text[document.lines.offset(span.start) : document.lines.offset(span.end)]


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key), item
        yield from walk(item, (*path, key))


def reread(text: str, format: str) -> Any:
    if format == "toml":
        return tomllib.loads(f"x = {text}")["x"]
    return json.loads(text) if format == "json" else load(f"x: {text}", "yaml").value["x"]


def check_document(text: str, format: str) -> None:
    spec = load(text, format)
    document = spec.documents[0]
    for path, value in walk(spec.value):
        place = Place(path)
        if isinstance(path[-1], str):
            key = cut(document, document.exact(place.key()))
            if format == "yaml" and key[:1] in ("|", ">"):
                continue  # read on its own it has another indentation
            assert reread(key if format != "toml" or key[0] in "\"'" else f'"{key}"', format) == path[-1]
        if path in document.table.headers:
            continue
        written = cut(document, document.exact(place))
        if format != "yaml":
            assert same(reread(written, format), value)
        elif isinstance(value, str) and written[:1] not in ("|", ">"):
            assert reread(written, format) == value
        elif not isinstance(value, str | dict | list):
            assert same(reread(written, format), value)
        if isinstance(value, str):
            check_characters(document, place, value, format)


def check_characters(document: Document, place: Place, value: str, format: str) -> None:
    for index, char in enumerate(value):
        written = cut(document, document.locate(place.slice(index, index + 1)))
        if written == char or char.isspace() or (char == "\n" and written == "\r\n"):
            continue
        if format == "toml":
            assert tomllib.loads(f'x = "{written}"')["x"] == char
        elif format == "json":
            assert json.loads(f'"{written}"') == char
        else:
            assert written == "''" or yaml.safe_load(f'"{written}"') == char


@settings(max_examples=80, deadline=None)
@given(DOCUMENT, st.booleans())
def test_toml_spans(document: dict[str, Any], multiline: bool) -> None:
    check_document(tomli_w.dumps(document, multiline_strings=multiline), "toml")


@settings(max_examples=80, deadline=None)
@given(DOCUMENT, st.booleans())
def test_json_spans(document: dict[str, Any], ascii: bool) -> None:
    check_document(json.dumps(document, indent=1, ensure_ascii=ascii), "json")


@settings(max_examples=80, deadline=None)
@given(DOCUMENT, st.sampled_from(['"', "'", "|", ">"]), st.booleans())
def test_yaml_spans(document: dict[str, Any], style: str, flow: bool) -> None:
    check_document(yaml_text(document, style, flow), "yaml")


TOML = dedent(
    '''\
    title = "x"   # comment = [
    [a."b c".d]
    e.f.g = [1, { h = "i", "j" = 'k' }, [2]]  # more
    date = 1979-05-27 07:32:00
    text = """
    one \\
       two\\u00e9 "quoted"
    three"""
    raw = \'\'\'
    c:\\x\'\'\'
    [[list]]
    n = 1
    [list.sub]
    m = -0.5e3
    [[list]]
    n = 2
    [[list.deep]]
    o = true
    [a]
    last = +1_000
    '''
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_toml_of_every_kind(newline: str) -> None:
    check_written(TOML.replace("\n", newline))


def check_written(text: str) -> None:
    spec = load(text, "toml")
    document = spec.documents[0]
    expected = {
        (("a", "b c"), "key"): '"b c"',
        (("a", "b c", "d"), "value"): '[a."b c".d]',
        (("a", "b c", "d", "e", "f"), "key"): "f",
        (("a", "b c", "d", "e", "f", "g", 1), "value"): '{ h = "i", "j" = \'k\' }',
        (("a", "b c", "d", "e", "f", "g", 1, "j"), "key"): '"j"',
        (("a", "b c", "d", "e", "f", "g", 2, 0), "value"): "2",
        (("a", "b c", "d", "date"), "value"): "1979-05-27 07:32:00",
        (("list",), "key"): "list",
        (("list", 0), "value"): "[[list]]",
        (("list", 0, "sub"), "value"): "[list.sub]",
        (("list", 0, "sub", "m"), "value"): "-0.5e3",
        (("list", 1, "n"), "value"): "2",
        (("list", 1, "deep", 0, "o"), "value"): "true",
        (("a",), "value"): "[a]",
        (("a", "last"), "value"): "+1_000",
    }
    for (path, part), written in expected.items():
        assert cut(document, document.locate(Place(path, part))) == written, path
    text_place = Place(("a", "b c", "d", "text"))
    value = spec.value["a"]["b c"]["d"]["text"]
    assert value == 'one twoé "quoted"\nthree'
    for word, source in (("twoé", "two\\u00e9"), ("three", "three"), ('"quoted"', '"quoted"')):
        start = value.index(word)
        assert cut(document, document.locate(text_place.slice(start, start + len(word)))) == source
    assert cut(document, document.locate(Place(("a", "b c", "d", "raw"), "value", (0, 4)))) == "c:\\x"


YAML = dedent(
    """\
    # comment
    steps: &all
      first:
        call: "a\\u00e9: b
          folded"
        with: {x: 1, y: [2, 3]}
        text: |
           one
             two

        folded: >-
          some words
          more

        plain: several
          words
      - bad
    """
).replace("  - bad\n", "again: *all\nitems:\n  - name: x\n    size: 1\n\n  - 'it''s'\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_yaml_of_every_kind(newline: str) -> None:
    spec = load(YAML.replace("\n", newline), "yaml")
    document = spec.documents[0]
    expected = {
        (("steps",), "key"): "steps",
        (("steps", "first", "with"), "value"): "{x: 1, y: [2, 3]}",
        (("steps", "first", "with", "y", 1), "value"): "3",
        (("steps", "first"), "value"): "first",
        (("again",), "value"): "*all",
        (("again", "first", "with", "x"), "value"): "1",
        (("again", "first", "missing"), "value"): "first",
        (("items", 0), "value"): "name: x",
        (("items", 0, "size"), "value"): "1",
        (("items", 1), "value"): "'it''s'",
    }
    for (path, part), written in expected.items():
        assert cut(document, document.locate(Place(path, part))) == written, path
    first = spec.value["steps"]["first"]
    for key, word, source in (
        ("call", "é", "\\u00e9"),
        ("call", "folded", "folded"),
        ("text", "two", "two"),
        ("folded", "more", "more"),
        ("plain", "words", "words"),
    ):
        start = first[key].index(word)
        for head in ("steps", "again"):
            place = Place((head, "first", key), "value", (start, start + len(word)))
            assert cut(document, document.locate(place)) == source


def test_columns_count_characters_and_a_byte_order_mark_counts_none() -> None:
    text = '\ufeff"日本" = "👍🏽é"\n'
    spec = load(text, "toml")
    span = spec.locate(Place(("日本",), "value", (2, 3)))
    assert (span.start.line, span.start.column, span.end.column) == (1, 11, 12)


def test_what_is_missing_is_shown_at_its_parent() -> None:
    spec = load("[a]\nb = { c = 1 }\n[x]\n", "toml")
    assert cut(spec.documents[0], spec.locate(Place(("a", "nope")))) == "[a]"
    assert cut(spec.documents[0], spec.locate(Place(("a", "b", "nope", "deeper")))) == "{ c = 1 }"
    assert spec.locate(Place(("nope",))).start == spec.locate(Place(())).start


def test_characters_out_of_range_show_the_whole_value() -> None:
    spec = load('a = "bc"\n', "toml")
    assert cut(spec.documents[0], spec.locate(Place(("a",), "value", (1, 9)))) == '"bc"'
    assert cut(spec.documents[0], spec.locate(Place(("a",), "value", (2, 2)))) == ""
