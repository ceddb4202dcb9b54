"""Properties of generated expressions."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from expressions.generated import JSON, SCOPE, well_typed
from expressions.table import ERROR, in_jsonata_python, in_node, in_python, node, resolve, same
from specc.expressions.inference import infer
from specc.expressions.jsonata import Untranslatable, literal, to_jsonata
from specc.expressions.types import Type, assignable, of_value, parse_type
from specc_runtime.expressions import (
    ExpressionError,
    ExpressionSyntaxError,
    Template,
    json_text,
    parse_expression,
    quote,
    tree,
)

ENVIRONMENT = {name: of_value(value) for name, value in SCOPE.items()}
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _translated(expression: tree.Expression) -> str | None:
    try:
        return to_jsonata(expression, resolve)
    except Untranslatable:
        return None


def _agree(python: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """The same, but for a number with so many digits that JSONata refuses to print it."""
    if python != ERROR and other == ERROR:
        return sum(map(str.isdigit, json.dumps(python[1]))) > 15
    return same(python, other)


@given(well_typed())
@settings(CALM, max_examples=120)
def test_python_and_jsonata_python_agree(expression: tree.Expression) -> None:
    text = _translated(expression)
    if text is not None:
        assert _agree(in_python(str(expression), SCOPE), in_jsonata_python(text, SCOPE)), (str(expression), text)


@pytest.mark.slow
@pytest.mark.skipif(node() is None, reason="node or tests/judges/node_modules is not there")
@given(st.lists(well_typed(), min_size=50, max_size=60))
@settings(CALM, max_examples=10, phases=[Phase.generate])
def test_python_and_npm_agree(expressions: list[tree.Expression]) -> None:
    pairs = [(str(one), text) for one in expressions if (text := _translated(one)) is not None]
    found = in_node([text for _, text in pairs], [SCOPE] * len(pairs))
    for (text, translated), result in zip(pairs, found, strict=True):
        assert _agree(in_python(text, SCOPE), result), (text, translated, result)


@given(well_typed())
@settings(CALM, max_examples=120)
def test_inference_is_sound(expression: tree.Expression) -> None:
    found = in_python(str(expression), SCOPE)
    reports: list[str] = []
    inferred = infer(expression, ENVIRONMENT, lambda code, *_: reports.append(code))
    if found != ERROR:
        assert assignable(of_value(found[1]), inferred) is not False, (str(inferred), found[1])
        assert not set(reports) - {"SPC310", "SPC315", "SPC316", "SPC313"}, "an error where there is a value"


@given(well_typed())
@settings(CALM, max_examples=120)
def test_printed_text_parses_to_the_same_tree(expression: tree.Expression) -> None:
    assert parse_expression(str(expression)) == expression


@given(JSON)
@settings(CALM, max_examples=200)
def test_a_constant_in_jsonata_is_itself(value: Any) -> None:
    found = in_jsonata_python(literal({"value": value}), {})
    assert same(found, ("value", {"value": value}))


@given(JSON)
@settings(CALM, max_examples=200)
def test_json_text_reads_back(value: Any) -> None:
    assert same(json.loads(json_text(value), parse_int=float), value)


@given(JSON)
@settings(CALM, max_examples=200)
def test_type_text_reads_back(value: Any) -> None:
    found: Type = of_value(value)
    assert parse_type(str(found)) == found
    assert assignable(found, found) is True


@given(st.text("${}'\"ab \\", max_size=20))
@settings(CALM, max_examples=120)
def test_quoted_text_says_itself(text: str) -> None:
    assert Template(quote(text)).evaluate({}) == text


@given(st.text(max_size=40) | st.text("${}()[]'\".,:+-*/%<>=! \\abif0", max_size=40))
@settings(CALM, max_examples=250)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        expression = parse_expression(text)
    except ExpressionSyntaxError as error:
        assert 0 <= error.start <= error.end <= len(text), error.message  # noqa: PT017  # or it parses
        return
    assert parse_expression(str(expression)) == expression
    infer(expression, {}, lambda *_: None)
    in_python(text, SCOPE)


@given(st.text("${}()[]'\".,:+ab0 \\", max_size=40))
@settings(CALM, max_examples=120)
def test_any_template_is_checked(text: str) -> None:
    template = Template([text, {"key": text}])
    for path, error in template.check():
        assert path in ((0,), (1, "key"))
        assert 0 <= error.start <= error.end <= len(text)
    for _, start, end, expression in template.expressions:
        assert parse_expression(text[start:end]) == expression
    with contextlib.suppress(ExpressionError, ExpressionSyntaxError):
        template.evaluate({})
