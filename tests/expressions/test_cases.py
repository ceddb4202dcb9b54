"""Every case of the table means the same on every engine."""

from __future__ import annotations

import pytest

from expressions.table import (
    ERROR,
    Case,
    cases,
    in_jsonata_python,
    in_node,
    in_python,
    node,
    same,
    scope,
    translate,
)
from specc_runtime.expressions import ExpressionSyntaxError, parse_expression

ALL = list(cases())
SYNTAX = [case for case in ALL if case.only == "syntax"]
VALUED = [case for case in ALL if case.only != "syntax"]
TRANSLATED = [case for case in VALUED if case.only != "python"]
SCOPE = scope()


def test_the_table_is_large_enough() -> None:
    assert len(ALL) >= 300
    assert len({case.text for case in ALL}) == len(ALL), "a case stands there twice"


@pytest.mark.parametrize("case", SYNTAX, ids=str)
def test_refused(case: Case) -> None:
    with pytest.raises(ExpressionSyntaxError):
        parse_expression(case.text)


@pytest.mark.parametrize("case", VALUED, ids=str)
def test_python(case: Case) -> None:
    assert same(in_python(case.text, SCOPE), case.expected)


@pytest.mark.parametrize("case", [case for case in VALUED if case.only == "python"], ids=str)
def test_not_translated(case: Case) -> None:
    assert translate(case.text) is None


@pytest.mark.parametrize("case", [case for case in TRANSLATED if case.only not in ("node", "exact")], ids=str)
def test_jsonata_python(case: Case) -> None:
    text = translate(case.text)
    assert text is not None
    found = in_jsonata_python(text, SCOPE)
    assert same(found, case.expected) or (case.only == "python-or-error" and found == ERROR), text


@pytest.mark.skipif(node() is None, reason="node or tests/judges/node_modules is not there")
def test_jsonata_of_npm() -> None:
    chosen = [case for case in TRANSLATED if case.only != "exact"]
    texts = [translate(case.text) or "" for case in chosen]
    found = in_node(texts, [SCOPE] * len(chosen))
    wrong = [
        (case.text, case.expected, result, text)
        for case, result, text in zip(chosen, found, texts, strict=True)
        if not same(result, case.expected) and not (case.only == "python-or-error" and result == ERROR)
    ]
    assert not wrong, "\n".join(map(str, wrong))
