"""Expressions: their syntax and their types."""

from specc.diagnostics.catalogue.entry import Entry

_HEAD = """specc = 1
kind = "pipeline"
name = "example"

[params.count]
type = "integer"
default = 3

[params.mode]
type = "string"
default = "fast"

[params.names]
type = "array"
items = { type = "string" }
default = ["a", "b"]

[params.point]
type = "object"
properties = { x = { type = "integer" }, y = { type = "integer" } }
additionalProperties = false
required = ["x", "y"]
default = { x = 1, y = 2 }

[steps.pause]
wait = "1s"
"""

_TOLERANT = """specc = 1
kind = "pipeline"
name = "example"

[steps.birds]
call = "birds:find"
each.name = ["duck", "swan"]
tolerate = 1

"""


def _when(expression: str) -> str:
    """A whole spec with `expression` as a condition."""
    return f"{_HEAD}when = '${{{expression}}}'\n"


def _output(text: str) -> str:
    """A whole spec with an output."""
    return f"{_HEAD}\n[outputs]\nresult = '{text}'\n"


ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC300",
        title="not an expression",
        why="Between `${` and `}` stands one expression: values, operators and calls of functions, much as in Python.",
        bad=_when("params.count >"),
        good=_when("params.count > 2"),
    ),
    Entry(
        code="SPC301",
        title="expression without an end",
        why="An expression ends with `}`. A text that shall contain `${` itself writes `$${`.",
        bad=_output("count ${params.count"),
        good=_output("count ${params.count}, and a literal $${"),
    ),
    Entry(
        code="SPC302",
        title="operator or word of another language",
        why="Conditions are joined by `and`, `or` and `not`, a choice is `a if condition else b`, equality is `==`, and "
        "the constants are `null`, `true` and `false`. There are no loops and no statements.",
        bad=_when('params.count > 2 && params.mode == "fast"'),
        good=_when('params.count > 2 and params.mode == "fast"'),
    ),
    Entry(
        code="SPC303",
        title="unknown function",
        why="The functions of expressions are a closed set, the same on every target. Anything else is a Python function "
        "that a step calls. Functions stand before their arguments: values have no methods.",
        bad=_when("lenght(params.names) > 1"),
        good=_when("len(params.names) > 1"),
    ),
    Entry(
        code="SPC304",
        title="wrong number of arguments",
        why="Every function of expressions has a signature, and the help shows it.",
        bad=_when('starts_with(params.mode) or starts_with("f")'),
        good=_when('starts_with(params.mode, "f")'),
    ),
    Entry(
        code="SPC305",
        title="expression too large",
        why="An expression may be nested 100 levels deep and have 20,000 characters. More belongs into a function.",
        bad=_when("-" * 120 + "params.count < 0"),
        good=_when("-params.count < 0"),
    ),
    Entry(
        code="SPC310",
        title="unknown field",
        why="The fields of this value are known from its declared type, and this one is not among them.",
        bad=_when("params.point.z > 0"),
        good=_when("params.point.y > 0"),
    ),
    Entry(
        code="SPC311",
        title="operator on values that it does not take",
        why="Nothing is converted silently: `+` adds two numbers or joins two texts or two lists, `<` compares two numbers "
        "or two texts, and booleans are not numbers. `string(...)`, `int(...)` and `float(...)` convert.",
        bad=_when('params.mode + params.count == "fast3"'),
        good=_when('params.mode + string(params.count) == "fast3"'),
    ),
    Entry(
        code="SPC312",
        title="logic on something that is not true or false",
        why="`and`, `or`, `not` and `if` take booleans only; an empty list or a zero is neither true nor false.",
        bad=_when("params.names and params.count > 0"),
        good=_when("len(params.names) > 0 and params.count > 0"),
    ),
    Entry(
        code="SPC313",
        title="value without such parts",
        why="A field is read of an object, an index of a list or a text, and `[*]` reads every item of a list.",
        bad=_when("params.names.first == null"),
        good=_when('params.names[0] == "a"'),
    ),
    Entry(
        code="SPC314",
        title="argument of the wrong type",
        why="The function's signature asks for another type of value than this one can be.",
        bad=_when("sum(params.names) > 3"),
        good=_when("len(params.names) > 3"),
    ),
    Entry(
        code="SPC315",
        title="comparison that is always the same",
        why="Values of different kinds are never equal: the number 3 is not the text `3`. The spec compiles, but the "
        "comparison decides nothing.",
        bad=_when('params.count == "3"'),
        good=_when("params.count == 3"),
    ),
    Entry(
        code="SPC316",
        title="division by zero",
        why="Dividing by a constant zero always fails, as does a slice with a step of zero.",
        bad=_when("params.count / 0 > 1"),
        good=_when("params.count / 2 > 1"),
    ),
    Entry(
        code="SPC319",
        title="list or object inside a text",
        why="It is written as compact JSON, which is seldom what a text should say.",
        bad=_output("names: ${params.names}"),
        good=_output('names: ${join(params.names, ", ")}'),
    ),
    Entry(
        code="SPC320",
        title="field of items that may be null",
        why="The result of an item that failed under `tolerate`, or that was skipped, is null. `[*]` reads every item, and "
        "null has no fields, so the first such item fails the step that reads it.",
        bad=_TOLERANT + '[outputs]\nsongs = "${steps.birds[*].song}"\n',
        good=_TOLERANT.replace("tolerate = 1", 'on_error = { "*" = { use = { song = "" } } }')
        + '[outputs]\nsongs = "${steps.birds[*].song}"\n',
        files={
            "birds.py": "from typing import TypedDict\n\n\nclass Bird(TypedDict):\n    song: str\n\n\n"
            "def find(name: str) -> Bird:\n    return {'song': name}\n"
        },
    ),
)
