from __future__ import annotations

import math
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_runtime.codecs import encode
from specc_runtime.codecs.json_codec import copy_json, decode_json, encode_json, is_plain
from specc_runtime.errors import CodecError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_json_gives_back_what_it_was_given(value: object) -> None:
    assert repr(decode_json(encode_json(value))) == repr(value) == repr(copy_json(value))


def test_json_has_its_own_idea_of_tuples_and_keys() -> None:
    assert encode(({1: (2,), None: True},)).decode() == [{"1": [2], "null": True}]


@pytest.mark.parametrize(
    ("value", "first", "second"),
    [
        ({1: 2, "1": 3}, "`1`", '`"1"`'),
        ([{"a": ({"null": 1, None: 2},)}], "`None`", '`"null"`'),
        ({"x": {True: 1, "true": 2}}, "`True`", '`"true"`'),
        ({-1.5e300: 1, "-1.5e+300": 2}, "`-1.5e+300`", '`"-1.5e+300"`'),
        ({"of a set": {4}, 1: 2, "1": 3}, "`1`", '`"1"`'),
    ],
)
def test_keys_that_become_the_same_are_named(value: object, first: str, second: str) -> None:
    with pytest.raises(CodecError) as caught:
        encode_json(value)
    assert first in str(caught.value)
    assert second in str(caught.value)


def test_keys_that_only_look_alike_are_kept() -> None:
    value = {"1": {"null": 1}, "a": '"1":', 2: {1: 3}, None: {"2": 4}}
    assert decode_json(encode_json(value)) == {"1": {"null": 1}, "a": '"1":', "2": {"1": 3}, "null": {"2": 4}}


def test_readers_share_nothing() -> None:
    kept = encode({"a": [1]})
    kept.decode()["a"].append(2)
    assert kept.decode() == {"a": [1]}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (math.nan, "holds `nan`, which JSON has no number for"),
        ({"a": [1, -math.inf]}, r"holds `-inf` at `a\[1\]`"),
        (object(), "is a value of type `object`, which is not JSON; return a dataclass or plain lists and objects"),
        ([{"when": socket.socket}], r"holds a value of type `type` at `\[0\].when`, .*`codec = \"pickle\"`"),
        ({"a": {(1, 2): 3}}, "holds a key of type `tuple` at `a`"),
        ("\ud800", "lone surrogate"),
        ([b"x"], r"type `bytes` at `\[0\]`"),
    ],
)
def test_what_is_not_json_is_named(value: object, reason: str) -> None:
    with pytest.raises(CodecError, match=reason):
        encode(value)


def test_circles_and_depth_are_errors() -> None:
    circle: list[object] = []
    circle.append(circle)
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (circle, deep):
        with pytest.raises(CodecError, match=r"nested too deep|holds itself"):
            encode_json(value)
    with pytest.raises(CodecError, match="nested too deep"):
        decode_json("[" * 100_000)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", "", '"\n"'])
def test_what_is_no_json_text_is_refused(text: str) -> None:
    with pytest.raises(CodecError):
        decode_json(text)


def test_codecs_by_name() -> None:
    assert encode(b"\xff").codec == "bytes"
    assert encode("ä", "text").data == "ä".encode()
    assert encode({1, 2}, "pickle").decode() == {1, 2}
    for value, name, reason in [
        (1, "text", "takes a string"),
        ("x", "bytes", "takes bytes"),
        (1, "xml", "codec `xml`"),
    ]:
        with pytest.raises(CodecError, match=reason):
            encode(value, name)
    with pytest.raises(CodecError, match="cannot be pickled"):
        encode(lambda: 1, "pickle")


@pytest.mark.parametrize(
    ("value", "plain"), [(2**53, True), (2**53 + 1, False), (1.5, True), ([{"a": 2.0}], False), (True, True)]
)
def test_numbers_that_other_readers_would_change(value: object, plain: bool) -> None:
    assert is_plain(value) is plain
