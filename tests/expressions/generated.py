"""Hypothesis strategies: JSON values, and expressions over a fixed scope, mostly well typed."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from specc_runtime.expressions import tree

SCOPE: dict[str, Any] = {
    "params": {"i": 3, "j": -4, "f": 2.5, "s": "duck", "u": "é🦆", "b": True, "z": 0, "none": None, "e": ""},
    "steps": {
        "ints": [4, -1, 7, 4],
        "words": ["b", "a", "", "🦆"],
        "one": [2],
        "empty": [],
        "nested": [[1], [], [2, 3]],
        "rows": [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}],
        "object": {"a": 1, "b": [1]},
    },
}
_INTS = ["params.i", "params.j", "params.z", "steps.ints[0]", "steps.rows[1].id", "len(steps.words)"]
_TEXTS = ["params.s", "params.u", "params.e", "steps.words[1]", "steps.rows[0].name"]
_LISTS = ["steps.ints", "steps.one", "steps.empty", "steps.rows[*].id"]
_TEXT_LISTS = ["steps.words", "steps.rows[*].name", 'split(params.s, "c")']


def parsed(text: str) -> tree.Expression:
    from specc_runtime.expressions import parse_expression

    return parse_expression(text)


def _leaf(texts: list[str]) -> st.SearchStrategy[tree.Expression]:
    return st.sampled_from(texts).map(parsed)


def _literal(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tree.Expression]:
    return values.map(tree.Literal)


def call(name: str, *arguments: st.SearchStrategy[tree.Expression]) -> st.SearchStrategy[tree.Expression]:
    return st.tuples(*arguments).map(lambda given: tree.Call(name, given))


def numbers(depth: int) -> st.SearchStrategy[tree.Expression]:
    leaves = (
        _leaf([*_INTS, "params.f"]) | _literal(st.integers(0, 20)) | _literal(st.sampled_from([0.5, 1.5, 0.25, 100.0]))
    )
    if depth <= 0:
        return leaves
    inner = numbers(depth - 1)
    whole = integers(depth - 1)
    return st.one_of(
        leaves,
        st.builds(tree.BinaryOperation, st.sampled_from(["+", "-", "*"]), inner, inner),
        st.builds(tree.BinaryOperation, st.sampled_from(["+", "-", "*", "//", "%", "/"]), whole, whole),
        st.builds(tree.UnaryOperation, st.sampled_from(["-", "+"]), inner),
        st.builds(tree.Conditional, booleans(depth - 1), inner, inner),
        call("abs", inner),
        call("round", inner),
        call("floor", inner),
        call("sum", lists(depth - 1)),
        call("max", inner, inner),
        call("coalesce", _leaf(["params.nope", "params.none", "params.i", "steps.ints[9]", "steps.gone.x"]), inner),
    )


def integers(depth: int) -> st.SearchStrategy[tree.Expression]:
    leaves = _leaf(_INTS) | _literal(st.integers(0, 20))
    if depth <= 0:
        return leaves
    inner = integers(depth - 1)
    return st.one_of(
        leaves,
        st.builds(tree.BinaryOperation, st.sampled_from(["+", "-", "*"]), inner, inner),
        st.builds(tree.UnaryOperation, st.just("-"), inner),
        call("len", texts(depth - 1) | lists(depth - 1)),
        st.builds(tree.Subscript, lists(depth - 1), inner),
    )


def texts(depth: int) -> st.SearchStrategy[tree.Expression]:
    leaves = _leaf(_TEXTS) | _literal(st.text("ab🦆é\"'\\\n $", max_size=4))
    if depth <= 0:
        return leaves
    inner = texts(depth - 1)
    bounds = st.none() | integers(0)
    return st.one_of(
        leaves,
        st.builds(tree.BinaryOperation, st.just("+"), inner, inner),
        st.builds(tree.Slice, inner, bounds, bounds, st.none()),
        st.builds(tree.Subscript, inner, integers(0)),
        st.builds(tree.Conditional, booleans(depth - 1), inner, inner),
        call("strip", inner),
        call("replace", inner, inner, inner),
        call("basename", inner),
        call("join", text_lists(depth - 1), inner),
        call("string", integers(depth - 1)),
        call("json", lists(depth - 1) | inner),
    )


def lists(depth: int) -> st.SearchStrategy[tree.Expression]:
    leaves = _leaf(_LISTS) | st.lists(integers(0), max_size=3).map(tuple).map(tree.ListLiteral)
    if depth <= 0:
        return leaves
    inner = lists(depth - 1)
    bounds = st.none() | integers(0)
    return st.one_of(
        leaves,
        st.builds(tree.BinaryOperation, st.just("+"), inner, inner),
        st.builds(tree.Slice, inner, bounds, bounds, st.sampled_from([None, tree.Literal(2), parsed("-1")])),
        call("sorted", inner),
        call("reversed", inner),
        call("unique", inner),
        call("range", integers(0)),
        call("flatten", st.lists(inner, max_size=2).map(tuple).map(tree.ListLiteral)),
        st.builds(tree.Conditional, booleans(depth - 1), inner, inner),
    )


def text_lists(depth: int) -> st.SearchStrategy[tree.Expression]:
    leaves = _leaf(_TEXT_LISTS) | st.lists(texts(0), max_size=3).map(tuple).map(tree.ListLiteral)
    return leaves if depth <= 0 else leaves | call("sorted", text_lists(depth - 1)) | call("split", texts(0), texts(0))


def booleans(depth: int) -> st.SearchStrategy[tree.Expression]:
    leaves = _leaf(["params.b", "true", "false"])
    if depth <= 0:
        return leaves
    inner = booleans(depth - 1)
    order = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        leaves,
        st.builds(tree.Compare, order, numbers(depth - 1), numbers(depth - 1)),
        st.builds(tree.Compare, order, texts(depth - 1), texts(depth - 1)),
        st.builds(tree.Compare, st.sampled_from(["==", "!="]), lists(depth - 1), lists(depth - 1)),
        st.builds(tree.Compare, st.sampled_from(["in", "not in"]), integers(depth - 1), lists(depth - 1)),
        st.builds(tree.Compare, st.sampled_from(["in", "not in"]), texts(depth - 1), texts(depth - 1)),
        st.builds(tree.UnaryOperation, st.just("not"), inner),
        st.builds(tree.BooleanOperation, st.sampled_from(["and", "or"]), several),
        call("starts_with", texts(depth - 1), texts(0)),
    )


def well_typed(depth: int = 3) -> st.SearchStrategy[tree.Expression]:
    any_value = st.one_of(numbers(depth), integers(depth), texts(depth), lists(depth), booleans(depth))
    keyed = any_value.map(lambda value: tree.ObjectLiteral(((tree.Literal("k"), value),)))
    nested = st.lists(any_value, max_size=2).map(tuple).map(tree.ListLiteral)
    return st.one_of(any_value, keyed, nested)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
