"""One document in three formats gives equal values."""

from __future__ import annotations

import json
from typing import Any

import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import DOCUMENT, load, same, yaml_text


@settings(max_examples=150, deadline=None)
@given(DOCUMENT, st.sampled_from(['"', "'", "|", ">"]), st.booleans(), st.sampled_from([None, 2]))
def test_twins_give_equal_values(document: dict[str, Any], style: str, flow: bool, indent: int | None) -> None:
    texts = {
        "toml": tomli_w.dumps(document, multiline_strings=indent is not None),
        "yaml": yaml_text(document, style, flow),
        "json": json.dumps(document, indent=indent, ensure_ascii=indent is None),
    }
    for format, text in texts.items():
        assert same(load(text, format).value, document), (format, text)


def test_dates_become_text_alike() -> None:
    toml = load("a = 1979-05-27T07:32:00Z\nb = 1979-05-27\nc = 07:32:00\nd = 1979-05-27 07:32:00.5+01:00\n", "toml")
    written = 'a: 1979-05-27T07:32:00Z\nb: 1979-05-27\nc: 07:32:00\nd: "1979-05-27T07:32:00.500000+01:00"\n'
    assert toml.value == load(written, "yaml").value


def test_yaml_follows_the_core_schema_of_1_2() -> None:
    text = (
        "{a: no, b: on, c: y, d: 12:30, e: 0o17, f: 017, g: 0x1f, h: 1_000, i: ~, j: , k: TRUE, l: .5, m: 1e3, n: '1'}"
    )
    assert load(text, "yaml").value == {
        "a": "no", "b": "on", "c": "y", "d": "12:30", "e": 15, "f": 17, "g": 31, "h": "1_000", "i": None, "j": None,
        "k": True, "l": 0.5, "m": 1000.0, "n": "1",
    }  # fmt: skip


def test_core_tags_are_taken() -> None:
    assert load("{a: !!str 1, b: !!float 1, d: !!map {}, e: !!seq []}", "yaml").value == {
        "a": "1", "b": 1.0, "d": {}, "e": [],
    }  # fmt: skip


def test_empty_files_are_empty_tables() -> None:
    assert load("", "toml").value == load("# nothing\n", "yaml").value == load("{}", "json").value == {}


def test_integers_stay_exact() -> None:
    big = 2**64 + 1
    assert load(f"a = {big}", "toml").value == load(f"a: {big}", "yaml").value == load(f'{{"a": {big}}}', "json").value
