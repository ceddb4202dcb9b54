"""What is written as a key reads back as this key, in each format."""

from __future__ import annotations

import json
import tomllib

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from specc.source.document import parse
from specc.source.formats import Format
from specc.source.writing import quoted, written_key

TEXTS: dict[Format, tuple[str, ...]] = {
    "toml": ("{} = 1\n", "a = {{ {} = 1 }}\n", "[{}]\na = 1\n"),
    "yaml": ("{}: 1\n", "{{{}: 1}}\n", "a:\n  - {}: 1\n"),
    "json": ("{{{}: 1}}",),
}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@pytest.mark.parametrize("format", TEXTS)
@given(name=NAMES | st.from_regex(r"[A-Za-z0-9_.+-]{1,8}", fullmatch=True))
@example(name="a\u2028b")
@example(name="\x7f")
@example(name="\x85")
@example(name='"')
@example(name="1_0")
@example(name="0x1f")
@example(name="1e3")
@example(name=".5")
@example(name="~")
@example(name="<<")
def test_it_reads_back(format: Format, name: str) -> None:
    for text in TEXTS[format]:
        written = text.format(written_key(name, format))
        assert name in _keys(parse("", format, written).value), written


@given(NAMES)
def test_other_readers_agree(name: str) -> None:
    assert json.loads(f"{{{written_key(name, 'json')}: 1}}") == {name: 1}
    assert tomllib.loads(f"{written_key(name, 'toml')} = 1") == {name: 1}
    assert yaml.safe_load(f"{written_key(name, 'yaml')}: 1") == {name: 1}


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF", "y", "null", "True", "nan", "1", "-1", "1.5", "2024-01-01"])
def test_what_readers_of_yaml_take_for_something_else(word: str) -> None:
    assert written_key(word, "yaml") == f'"{word}"'


@pytest.mark.parametrize(
    ("format", "written"),
    [("toml", ["a-b", "1", '"a.b"']), ("yaml", ["a-b", '"1"', "a.b"]), ("json", ['"a-b"', '"1"', '"a.b"'])],
)
def test_quotes_only_where_they_are_needed(format: Format, written: list[str]) -> None:
    assert [written_key(name, format) for name in ("a-b", "1", "a.b")] == written


@given(NAMES)
def test_texts_in_quotes_read_back(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == yaml.safe_load(f"a: {quoted(text)}") == {"a": text}


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()
