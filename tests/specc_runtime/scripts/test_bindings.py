"""Which statements of a script bind its globals first."""

from __future__ import annotations

import ast

import pytest

from specc_runtime.scripts.bindings import AFTER, IN_PLACE, bindings_of, first_bindings


def _lines(text: str, name: str) -> tuple[list[int], list[int]]:
    """The lines of the first bindings and of the later ones."""
    found = bindings_of(ast.parse(text))[name]
    return [one.statement.lineno for one in found if one.first], [
        one.statement.lineno for one in found if not one.first
    ]


@pytest.mark.parametrize(
    ("text", "first", "later"),
    [
        ("x = 1\nx = 2", [1], [2]),
        ("if a:\n  x = 1\nelse:\n  x = 2\nx = 3", [2, 4], [5]),
        ("if a:\n  x = 1\nx = 3", [2, 3], []),
        ("if a:\n  x = 1\nelif b:\n  x = 2\nelse:\n  raise E\nx = 3", [2, 4], [7]),
        ("try:\n  import x\nexcept ImportError:\n  x = None\nx = 3", [2, 4], [5]),
        ("try:\n  x = 1\nexcept E:\n  raise\nx = 3", [2], [5]),
        ("try:\n  f()\nfinally:\n  x = 1\nx = 2", [4], [5]),
        ("try:\n  f()\nexcept E:\n  x = 1\nelse:\n  x = 2\nx = 3", [4, 6], [7]),
        ("for i in y:\n  x = 1\nx = 2", [2, 3], []),
        ("while True:\n  x = 1\n  break\nx = 2", [2], [4]),
        ("while True:\n  if a:\n    break\n  x = 1\nx = 2", [4, 5], []),
        ("with f():\n  x = 1\nx = 2", [2], [3]),
        ("with suppress(E):\n  x = 1\nx = 2", [2, 3], []),
        ("match y:\n  case 1:\n    x = 1\n  case _:\n    x = 2\nx = 3", [3, 5], [6]),
        ("match y:\n  case 1:\n    x = 1\nx = 3", [3, 4], []),
        ("def f():\n  global x\n  x = 0\nx = 1", [4], []),
        ("class C:\n  x = 0\nx = 1", [3], []),
        ("[x for x in y]\nx = 1", [2], []),
        ("lambda: (x := 1)\nx = 1", [2], []),
        ("x: int\nx = 1", [2], []),
        ("x: int", [1], []),
        ("raise E\nx = 1", [2], []),
        ("if __name__ == '__main__':\n  x = 1\n  x = 2", [2], [3]),
        ("x = 1\ndel x\nx = 2", [1], [3]),
        ("x += 1\nx = 2", [1], [2]),
    ],
)
def test_first_bindings_are_those_with_a_way_that_has_none_before(
    text: str, first: list[int], later: list[int]
) -> None:
    assert _lines(text, "x") == (first, later)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("x = 1", IN_PLACE),
        ("x: int = 1", IN_PLACE),
        ("x: int", IN_PLACE),
        ("x = y = 1", AFTER),
        ("x, y = 1, 2", AFTER),
        ("[y, *x] = z", AFTER),
        ("def x(): ...", AFTER),
        ("async def x(): ...", AFTER),
        ("class x: ...", AFTER),
        ("import x.y", AFTER),
        ("import y as x", AFTER),
        ("from y import x", AFTER),
    ],
)
def test_ways_to_put_a_value_in(text: str, way: str) -> None:
    (one,) = first_bindings(ast.parse(text))["x"]
    assert one.way == way
    assert not one.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("for x in y: ...", "by a loop"),
        ("for y, (x, z) in w: ...", "by a loop"),
        ("with y as x: ...", "by `with ... as`"),
        ("if (x := 1): ...", "inside of an expression, by `:=`"),
        ("print([x := i for i in y])", "inside of an expression, by `:=`"),
        ("try: ...\nexcept E as x: ...", "as the name of an exception"),
        ("x += 1", "by changing what it was"),
        ("match y:\n  case [x]: ...", "by a pattern"),
        ("match y:\n  case {'a': 1, **x}: ...", "by a pattern"),
        ("match y:\n  case [*x]: ...", "by a pattern"),
        ("match y:\n  case 1 as x: ...", "by a pattern"),
    ],
)
def test_ways_to_bind_that_take_no_value(text: str, reason: str) -> None:
    (one,) = first_bindings(ast.parse(text))["x"]
    assert one.reason == reason


def test_defaults_and_annotations_are_kept() -> None:
    found = bindings_of(ast.parse("x: int\nx = 3\na = b = 4\nc, d = 5, 6\ne: str = 'f'"))
    shown = {
        name: [(ast.unparse(one.value) if one.value else None, ast.unparse(one.annotation) if one.annotation else None)]
        for name, (one,) in found.items()
    }
    assert shown == {
        "x": [("3", "int")],
        "a": [("4", None)],
        "b": [("4", None)],
        "c": [(None, None)],
        "d": [(None, None)],
        "e": [("'f'", "str")],
    }
