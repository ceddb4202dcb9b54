"""Differences between inputs, and how people see values."""

from __future__ import annotations

import json

import pytest

from specc_targets.pulumi.preview.compare import MISSING, differences, unreadable
from specc_targets.pulumi.preview.shown import pair, shown
from specc_targets.pulumi.preview.values import UNKNOWN, Asset, Secret, Value

DOCUMENT = json.dumps({"Statement": [{"Sid": "A", "Action": ["a", "b"]}, {"Sid": "B"}]})


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (1, 1.0, []),
        (True, 1, [("x", True, 1)]),
        ([], None, [("x", [], None)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("x.a.b", 1, 2)]),
        ({"a": 1}, {}, [("x.a", 1, MISSING)]),
        ({"a": None}, {}, []),
        ({"__defaults": ["a"], "a": 1, "b": 2}, {"b": 2}, []),
        ({"__defaults": ["a"], "a": 1}, {"a": 2}, [("x.a", 1, 2)]),
        (["a", "b", "c"], ["a", "c"], [("x[1]", "b", MISSING)]),
        (["a", "c"], ["a", "b", "c"], [("x[1]", MISSING, "b")]),
        ([{"n": 1}, {"n": 2}], [{"n": 1}, {"n": 3}], [("x[1].n", 2, 3)]),
        ([{"n": 1, "__defaults": []}, {"n": 2}], [{"n": 0}, {"n": 1}, {"n": 2}], [("x[0]", MISSING, {"n": 0})]),
        (DOCUMENT, json.dumps(json.loads(DOCUMENT), indent=2), []),
        (DOCUMENT, DOCUMENT.replace('"b"', '"c"'), [("x.Statement[0].Action[1]", "b", "c")]),
        (DOCUMENT, "text", [("x", DOCUMENT, "text")]),
        ("{a", "{b", [("x", "{a", "{b")]),
        ("1", "2", [("x", "1", "2")]),
        (UNKNOWN, UNKNOWN, []),
        ("a", UNKNOWN, [("x", "a", UNKNOWN)]),
        (Secret("a"), Secret("a"), []),
        (Secret("a"), Secret("b"), [("x", Secret("a"), Secret("b"))]),
        (Secret({"a": 1}), Secret({"a": 2}), [("x", Secret({"a": 1}), Secret({"a": 2}))]),
        (Secret(UNKNOWN), Secret("b"), []),
        ("a", Secret("a"), [("x", "a", Secret("a"))]),
        (Asset(path="/a/c.zip", sha256="1"), Asset(path="c.zip", sha256="1"), []),
        (Asset(path="c.zip", sha256="1"), Asset(path="c.zip", sha256="2"), [("x", Asset(path="c.zip", sha256="1"), Asset(path="c.zip", sha256="2"))]),
        (Asset(uri="https://a"), Asset(uri="https://b"), [("x", Asset(uri="https://a"), Asset(uri="https://b"))]),
        ([Asset(path="/a", sha256="1")], [Asset(path="/b", sha256="1")], []),
    ],
)  # fmt: skip
def test_differences(old: Value, new: Value, found: list[tuple[str, object, object]]) -> None:
    assert [(item.text, item.old, item.new) for item in differences({"x": old}, {"x": new})] == found


def test_a_secret_that_nobody_can_read() -> None:
    assert unreadable({"a": [Secret(UNKNOWN)]}, {"a": [Secret("x")]})
    assert not unreadable({"a": [Secret("y")]}, {"a": [Secret("x")]})
    assert not unreadable({"a": Secret(UNKNOWN)}, {"a": Secret(UNKNOWN)})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        ('a "b"', '"a \\"b\\""'),
        ("a\nb", '"a\\nb"'),
        (True, "true"),
        (MISSING, "nothing"),
        (UNKNOWN, "<known after creation>"),
        (Secret("hush"), "[secret]"),
        ({"b": [Secret("hush"), UNKNOWN], "a": 1}, '{"a": 1, "b": ["[secret]", "<known after creation>"]}'),
        (Asset(path="/x/code.zip", sha256="0123456789abcdef"), "<code.zip, sha256 0123456789ab>"),
        (Asset(text="hello"), "<text of 5 characters>"),
        (Asset(archive=True, assets={"a": Asset(text="x")}), "<archive of a>"),
        ("x" * 200, "x" * 99 + "…"),
        ('{"a": "b"}', '{"a": "b"}'),
        ("[" * 200, "[" * 99 + "…"),
        ("{\n", '"{\\n"'),
    ],
)
def test_shown(value: Value, text: str) -> None:
    assert shown(value) == text


def test_of_long_texts_what_differs_is_shown() -> None:
    old, new = pair("x" * 300 + "one", "x" * 300 + "another")
    assert (old, new) == ("…" + "x" * 20 + "one", "…" + "x" * 20 + "another")
    assert pair("one", "another") == ("one", "another")
    assert all(len(text) <= 101 for text in pair("a" * 500, "b" * 500))
