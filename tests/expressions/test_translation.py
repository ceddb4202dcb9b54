"""The JSONata that is written."""

from __future__ import annotations

import pytest

from expressions.table import in_jsonata_python, in_node, node, resolve, same, scope
from specc.expressions.jsonata import Untranslatable, literal, path, template_to_jsonata, to_jsonata
from specc.expressions.jsonata.functions import NOT_TRANSLATED, TRANSLATIONS
from specc.expressions.jsonata.helpers import HELPERS
from specc_runtime.expressions import Template, parse_expression
from specc_runtime.expressions.functions import FUNCTIONS


def test_every_function_is_translated_or_said_not_to_be() -> None:
    assert set(TRANSLATIONS) | NOT_TRANSLATED | {"coalesce", "format"} == set(FUNCTIONS)


def test_simple_conditions_stay_readable() -> None:
    def write(text: str) -> str:
        return to_jsonata(parse_expression(text), resolve)

    there = '($exists($name_a.n) ? $name_a.n : $error("`a.n` is missing"))'
    assert write("a.n") == there
    assert write("a.n == 1") == f"({there} = 1)"
    assert write("a.n in ['x']") == f'({there} in ["x"])'
    assert write("a.n + 1 > 3") == f"(({there} + 1) > 3)"
    assert write("coalesce(a.n, 3)") == '($exists($name_a.n) and $type($name_a.n) != "null" ? $name_a.n : 3)'


@pytest.mark.parametrize("text", ["hash(1)", "1 + parse_json('1')", "9007199254740993", "format(a, 1)"])
def test_untranslatable(text: str) -> None:
    with pytest.raises(Untranslatable) as caught:
        to_jsonata(parse_expression(text), resolve)
    assert isinstance(caught.value, ValueError)
    assert caught.value.end > caught.value.start


def test_it_is_one_line() -> None:
    assert not any("\n" in text for text in HELPERS.values())
    assert "\n" not in literal("a\nb")


def test_paths() -> None:
    assert path("$a", ["b", "c_1"]) == "$a.b.c_1"
    assert path("$a", ["x y", "/ok"]) == "$a.`x y`.`/ok`"
    assert "$keys($a)" in path("$a", ["constructor"])


TEMPLATES = [
    ("n is ${params.n}", "n is 7"),
    ("${params.n}", 7),
    ({"a": ["${steps.one}", "${steps.list[0]}", "x"], "b": {}}, {"a": [[5], 3, "x"], "b": {}}),
    (["${steps.one}"], [[5]]),
    ([[1], []], [[1], []]),
    ("$${a} ${params.yes} ${null} ${steps.one}", "${a} true null [5]"),
    ("", ""),
    ("$${", "${"),
    ([], []),
]


@pytest.mark.parametrize(("raw", "value"), TEMPLATES)
def test_template(raw: object, value: object) -> None:
    template = Template(raw)
    assert same(template.evaluate(scope()), value)
    assert same(in_jsonata_python(template_to_jsonata(template, resolve), scope()), ("value", value))


@pytest.mark.skipif(node() is None, reason="node or tests/judges/node_modules is not there")
def test_templates_on_npm() -> None:
    texts = [template_to_jsonata(Template(raw), resolve) for raw, _ in TEMPLATES]
    found = in_node(texts, [scope()] * len(texts))
    assert [
        value for value, (_, wanted) in zip(found, TEMPLATES, strict=True) if not same(value, ("value", wanted))
    ] == []
