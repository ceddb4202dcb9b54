"""Static types, and the faults that they show."""

from __future__ import annotations

import pytest

from specc.diagnostics import Place, Severity, Sink
from specc.expressions.check import infer_template
from specc.expressions.types import (
    ANY,
    INTEGER,
    NUMBER,
    STRING,
    Field,
    ListType,
    ObjectType,
    UnionType,
    assignable,
    from_json_schema,
    of_value,
    parse_type,
    union,
)
from specc_runtime.expressions import Template

ENVIRONMENT = {
    "params": parse_type(
        "{i: integer, n: number, s: string, b: boolean, maybe: integer or null, any: any, words: list of string,"
        " rows: list of {id: integer, name?: string}, point: {x: integer}, map: object of integer}"
    ),
    "steps": parse_type("{a: {ok: boolean}, ...}"),
}


def _infer(raw: object) -> tuple[str, list[tuple[str, str]]]:
    sink = Sink()
    found = infer_template(Template(raw), ENVIRONMENT, Place(("steps", "x")), sink)
    return str(found), [(item.code, item.message) for item in sink.diagnostics]


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("params.i + 1", "integer"),
        ("params.i / 1", "number"),
        ("params.i // 2", "integer"),
        ("params.n % 2", "number"),
        ("params.s + 'x'", "string"),
        ("params.words + [1]", "list of (string or integer)"),
        ("params.any + 1", "number"),
        ("params.rows[*].id", "list of integer"),
        ("params.rows[0].name", "string"),
        ("params.rows[1:]", "list of {id: integer, name?: string}"),
        ("params.map.whatever", "integer"),
        ("params.map['k']", "integer"),
        ("params.s[0]", "string"),
        ("steps.a.ok and true", "boolean"),
        ("steps.other.x", "any"),
        ("1 if params.b else 'x'", "integer or string"),
        ("coalesce(params.maybe, 'x')", "integer or string"),
        ("coalesce(steps.other, 1)", "any"),
        ("first(params.words)", "string or null"),
        ("sorted(params.words)", "list of string"),
        ("min(params.i, params.n)", "number"),
        ("sum(params.rows[*].id)", "integer"),
        ("round(params.n)", "integer"),
        ("round(params.n, 2)", "number"),
        ("values(params.map)", "list of integer"),
        ("items(params.map)[0].value", "integer"),
        ("merge(params.point, {'y': 'b'})", "{x: integer, y: string}"),
        ("{'a': [1, null]}", "{a: list of (integer or null)}"),
        ("zip(params.words, [1])", "list of list of (string or integer)"),
        ("flatten([[1], ['a']])", "list of (integer or string)"),
        ("get(params.map, 'x', 'none')", "integer or string"),
        ("[]", "list of nothing"),
        ("[][0]", "nothing"),
        ("x[*].y", "list"),
    ],
)
def test_type(text: str, type: str) -> None:
    assert _infer("${" + text + "}") == (type, [])


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("params.j", "SPC310", "`params` has no field `j`"),
        ("params.point.z", "SPC310", "`params.point` has no field `z`"),
        ("params.rows[*].nme", "SPC310", "has no field `nme`"),
        ("params.rows.id", "SPC313", "has no field `id`"),
        ("params.rows.length", "SPC313", "has no field `length`"),
        ("params.i.x", "SPC313", "an integer has no field `x`"),
        ("params.i[0]", "SPC313", "an integer has no items"),
        ("params.words['a']", "SPC313", "is an integer, not a string"),
        ("params.i[1:]", "SPC313", "cannot be sliced"),
        ("params.words['a':]", "SPC313", "a bound of a slice is an integer"),
        ("params.point[*]", "SPC313", "`[*]` reads every item of a list"),
        ("params.i + params.s", "SPC311", "cannot join an integer and a string"),
        ("params.b + 1", "SPC311", "`+` cannot join a boolean and an integer"),
        ("params.s * 2", "SPC311", "needs two numbers"),
        ("-params.s", "SPC311", "needs a number"),
        ("params.s < 1", "SPC311", "cannot compare a string with an integer"),
        ("params.words < params.words", "SPC311", "cannot compare a list of string"),
        ("1 in params.s", "SPC311", "looks for a string"),
        ("1 in params.i", "SPC311", "to look into"),
        ("params.i and true", "SPC312", "both sides of `and` must be true or false"),
        ("not params.words", "SPC312", "what follows `not` must be true or false"),
        ("1 if params.s else 2", "SPC312", "the condition of `if` must be true or false"),
        ("sorted(params.s)", "SPC314", "`sorted` needs a list as `items`"),
        ("lower(params.i)", "SPC314", "`lower` needs a string as `text`"),
        ("sum(params.words)", "SPC314", "`sum` needs a list of number"),
        ("params.i == params.s", "SPC315", "this is never true"),
        ("params.i != null", "SPC315", "this is always true"),
        ("params.i in params.words", "SPC315", "this is never true"),
        ("params.i / 0", "SPC316", "division by zero"),
        ("params.i % -0.0", "SPC316", "division by zero"),
        ("params.words[::0]", "SPC316", "the step of a slice is zero"),
    ],
)
def test_fault(text: str, code: str, words: str) -> None:
    _, ((found, message),) = _infer("${" + text + "}")
    assert found == code
    assert words in message


@pytest.mark.parametrize(
    "text",
    [
        "params.maybe + 1",
        "params.any and true",
        "params.maybe == null",
        "params.any.x[0] < 3",
        "[][0] + 1",
        "params.i in []",
    ],
)
def test_what_depends_on_the_value_is_no_fault(text: str) -> None:
    assert _infer("${" + text + "}")[1] == []


def test_places_and_severities() -> None:
    sink = Sink()
    template = Template({"a": ["x ${params.words}", "${params.i == 'a'} ${1 +}"]})
    found = infer_template(template, ENVIRONMENT, Place(("steps", "x", "with")), sink)
    assert str(found) == "{a: list of string}"
    assert [(item.code, item.severity, item.labels[0].at) for item in sink.diagnostics] == [
        ("SPC319", Severity.HINT, Place(("steps", "x", "with", "a", 0), "value", (4, 16))),
        ("SPC300", Severity.ERROR, Place(("steps", "x", "with", "a", 1), "value", (23, 24))),
        ("SPC315", Severity.WARNING, Place(("steps", "x", "with", "a", 1), "value", (2, 17))),
    ]


@pytest.mark.parametrize(
    ("source", "target", "verdict"),
    [
        ("integer", "number", True),
        ("number", "integer", None),
        ("string", "integer", False),
        ("any", "integer", None),
        ("integer", "any", True),
        ("integer or null", "integer", None),
        ("integer or null", "string", False),
        ("integer", "integer or null", True),
        ("list of integer", "list of number", True),
        ("list of string", "list of integer", False),
        ("list of nothing", "list of integer", True),
        ("list", "list of integer", None),
        ("{a: integer}", "{a: number}", True),
        ("{a: integer}", "{a: string}", False),
        ("{a: integer}", "{a: integer, b: integer}", False),
        ("{a: integer}", "{a: integer, b?: integer}", True),
        ("{a?: integer}", "{a: integer}", None),
        ("{a: integer, b: integer}", "{a: integer}", False),
        ("{a: integer, b: integer}", "{a: integer, ...}", True),
        ("{a: integer, ...}", "{a: integer, b: integer}", None),
        ("{a: integer}", "object of integer", True),
        ("{a: integer}", "object of string", False),
        ("object", "object", True),
        ("object", "{a: integer}", None),
        ("object", "list", False),
    ],
)
def test_assignable(source: str, target: str, verdict: bool | None) -> None:
    assert assignable(parse_type(source), parse_type(target)) is verdict


@pytest.mark.parametrize(
    "text", ["", "strin", "list of", "{a: }", "{a integer}", "(integer", "integer or", "{a: integer", "a%b", "integer)"]
)
def test_a_text_that_is_no_type(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_type(text)


def test_a_deep_type_is_refused() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_type("list of " * 5_000 + "integer")
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_type("(" * 5_000)


def test_from_json_schema() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": "array", "items": {"enum": ["x", "y"]}}},
        "required": ["a"],
        "additionalProperties": False,
    }
    assert str(from_json_schema(schema)) == "{a: integer or null, b?: list of string}"
    assert str(from_json_schema({"type": "object", "additionalProperties": {"type": "path"}})) == "object of string"
    assert from_json_schema({"anyOf": [{"type": "integer"}, {"type": "number"}]}) == NUMBER
    assert from_json_schema({"const": 3}) == INTEGER
    assert from_json_schema({}) == ANY
    assert from_json_schema(True) == ANY


def test_of_value() -> None:
    assert str(of_value({"a": [1, 2.5], "b": None})) == "{a: list of number, b: null}"
    assert of_value([]) == ListType(UnionType(()))
    assert of_value(True) != INTEGER
    assert union(INTEGER, STRING, INTEGER) == UnionType((INTEGER, STRING))
    assert ObjectType((Field("a", INTEGER),), open=False) == of_value({"a": 1})
