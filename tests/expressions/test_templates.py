"""Templates: values with expressions in their texts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from specc_runtime.expressions import SKIPPED, ExpressionError, Skipped, Template, evaluate, parse_expression

SCOPE = {"params": {"n": 3, "list": [1, 2]}, "steps": {"a": {"ok": True}, "gone": SKIPPED}}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("plain", "plain"),
        ("${params.n}", 3),
        (" ${params.n}", " 3"),
        ("${params.n}${params.n}", "33"),
        ("${params.list}", [1, 2]),
        ("x${params.list}", "x[1,2]"),
        ("$${params.n}", "${params.n}"),
        ("$$${params.n}", "$${params.n}"),
        ("$${a}${params.n}", "${a}3"),
        ("$", "$"),
        ("${1.0}", 1.0),
        ("v${1.0}", "v1"),
        ("${null}", None),
        ("v${null}", "vnull"),
        ({"a": ["${params.n}", {"b": "${steps.a.ok}"}], "c": 1}, {"a": [3, {"b": True}], "c": 1}),
        ([], []),
        (None, None),
        (True, True),
    ],
)
def test_evaluate(raw: Any, value: Any) -> None:
    found = Template(raw).evaluate(SCOPE)
    assert (found, type(found)) == (value, type(value))


def test_a_constant_is_made_anew() -> None:
    template = Template({"a": [1]})
    assert template.is_constant
    first: Any = template.evaluate({})
    first["a"].append(2)
    assert template.evaluate({}) == {"a": [1]}


def test_expression_only_when_it_is_the_whole_text() -> None:
    assert Template("${params.n}").expression == parse_expression("params.n")
    assert Template(" ${params.n}").expression is None
    assert Template("${params.n}${params.n}").expression is None
    assert Template(["${params.n}"]).expression is None
    assert not Template("${").is_constant


def test_references() -> None:
    template = Template(["${steps.a.rows[0]['x y'].b}", "- ${coalesce(steps.b[-1], params.n)} ${x[*].y}"])
    found = [(item.root, item.path, item.optional) for item in template.references]
    assert found == [
        ("steps", ("a", "rows", 0, "x y", "b"), False),
        ("steps", ("b",), True),
        ("params", ("n",), True),
        ("x", (), False),
    ]
    assert [(path, start, end) for path, start, end, _ in template.expressions][1] == ((1,), 4, 35)
    first = template.references[1]
    assert "- ${coalesce(steps.b[-1], params.n)} ${x[*].y}"[first.start : first.end] == "steps.b"


def test_only_a_direct_argument_of_coalesce_is_optional() -> None:
    found = parse_expression("coalesce(a.b[c.d], len(e), [f], (g).h)").references
    assert [(item.root, item.optional) for item in found] == [
        ("a", True),
        ("c", False),
        ("e", False),
        ("f", False),
        ("g", True),
    ]


def test_skipped_is_raised_with_the_step() -> None:
    with pytest.raises(Skipped) as caught:
        Template("x ${steps.gone.a}").evaluate(SCOPE)
    assert caught.value.step == "gone"
    assert Template("${coalesce(steps.gone.a, 1)}").evaluate(SCOPE) == 1
    with pytest.raises(Skipped):
        Template("${coalesce(len(steps.gone), 1)}").evaluate(SCOPE)


def test_steps_are_read_only_when_used() -> None:
    read: list[str] = []

    class Steps(Mapping[str, Any]):
        def __getitem__(self, name: str) -> Any:
            read.append(name)
            return {"ok": name == "a"}

        def __iter__(self) -> Iterator[str]:
            raise AssertionError

        def __len__(self) -> int:
            raise AssertionError

    scope = {"steps": Steps()}
    assert Template("${steps.a.ok or steps.b.ok}").evaluate(scope) is True
    assert read == ["a"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("params.x", "`params`: there is no field `x`; there are `n`, `list`"),
        ("params.n.x", "`params.n`: a number has no field `x`"),
        ("params.list[2]", "`params.list`: there is no item 2: a list of 2"),
        ("params.n + 'a'", "`+` cannot join a number and a string"),
        ("1 if params.n else 2", "the condition of `if` must be true or false, not a number"),
        ("params.n / 0", "division by zero"),
        ("int('x')", "`int` cannot read `x`"),
    ],
)
def test_messages(text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse_expression(text), SCOPE)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[" + ", ".join(["range(1000000)"] * 1000) + "]",
        "replace(params.long, 'a', params.long)",
        "join([" + ", ".join(["params.long"] * 100) + "], params.long)",
        "len(range(1000000)" + " + range(1000000)" * 50 + ")",
        "9" * 90 + (" * " + "9" * 90) * 20,
        "[" + ", ".join(["params.long + params.long"] * 700) + "]",
    ],
)
def test_what_an_expression_makes_is_bounded(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ExpressionError):
        evaluate(parse_expression(text), {"params": {"long": "a" * 1_000_000}})
    assert time.perf_counter() - start < 5


def test_a_deep_value_is_an_error_not_a_crash() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    for text in ("x == x", "string(x)", "hash(x)", "unique([x, x])"):
        with pytest.raises(ExpressionError):
            evaluate(parse_expression(text), {"x": deep})


def test_import_is_light() -> None:
    code = (
        "import sys; before = set(sys.modules); import specc_runtime.expressions; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert not {"dataclasses", "inspect", "json", "decimal", "hashlib", "difflib"} & set(done.stdout.split())
