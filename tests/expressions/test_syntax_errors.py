"""What is said of texts that are no expression, and where."""

from __future__ import annotations

import pytest

from specc_runtime.expressions import ExpressionSyntaxError, Template, parse_expression

# text, the part that is marked, words of the message, words of the help
WRONG = [
    ("a && b", "&&", "`&&` is not an operator", "use `and`"),
    ("a || b", "||", "`||` is not an operator", "use `or`"),
    ("!a", "!", "`!` is not an operator", "use `not`"),
    ("a === b", "===", "`===` is not an operator", "use `==`"),
    ("a <> b", "<>", "`<>` is not an operator", "use `!=`"),
    ("a = 1", "=", "`=` is not an operator", "use `==`"),
    ("a ? b : c", "?", "`?` is not an operator", "a if condition else b"),
    ("a ?? b", "??", "`??` is not an operator", "coalesce"),
    ("a ** 2", "**", "`**` is not an operator", "multiply"),
    ("a | lower", "|", "`|` is not an operator", "lower(x)"),
    ("None", "None", "`None` is spelt `null`", "write `null`"),
    ("True and x", "True", "`True` is spelt `true`", "write `true`"),
    ("undefined", "undefined", "is spelt `null`", "write `null`"),
    ("lambda x: x", "lambda", "`lambda` has no meaning", "call a Python function"),
    ("[x for x in y]", "for", "`for` has no meaning", "there are no loops"),
    ("x is null", "is", "`is` has no meaning", "compare with `==`"),
    ("import os", "import", "`import` has no meaning", "nothing can be imported"),
    ("lenght(x)", "lenght", "there is no function `lenght`", "did you mean `len`?"),
    ("uppercase(x)", "uppercase", "there is no function", "did you mean `upper`?"),
    ("filter(x, y)", "filter", "there is no function", "there are no loops"),
    ("eval(x)", "eval", "there is no function", ""),
    ("len()", "len()", "`len` takes 1 argument, not 0", "len(value"),
    ("len(a, b)", "len(a, b)", "`len` takes 1 argument, not 2", "len(value"),
    ("replace(a, b)", "replace(a, b)", "takes 3 arguments, not 2", "replace(text"),
    ("range(1, 2, 3, 4)", "range(1, 2, 3, 4)", "takes 1 to 3 arguments", "range("),
    ("x.lower()", "lower", "values have no methods", "write `lower(x)`"),
    ("x.items.trim()", "trim", "values have no methods", "write `strip(x.items)`"),
    ("1 < x < 3", "<", "cannot be chained", "1 < x and x < ..."),
    ("a == b == c", "==", "cannot be chained", "a == b and b == ..."),
    ("a if b", "if", "`if` without `else`", "a if condition else b"),
    ("a else b", "else", "`else` without `if`", "a if condition else b"),
    ("if a else b", "if", "`if` stands between two values", "a if condition else b"),
    ("a b", "b", "an operator is missing before `b`", ""),
    ("'a' 'b'", "'a' 'b'", "an operator is missing between two texts", "`+`"),
    ("f'{x}'", "f", "`f` before a text", "join texts with `+`"),
    ("a +", "+", "a value is missing after `+`", ""),
    ("* 2", "*", "a value is expected, not `*`", ""),
    ("a.", ".", "the name of a field is missing", ""),
    ("a.0", ".0", "`.0` is not a field", "write `[0]`"),
    ("a.'b c'", ".'b c'", "has no quotes", "write `['b c']`"),
    ("a[]", "[]", "`[]` needs an index", "`[*]` is every item"),
    ("a[1", "[1", "`[` is never closed", "add `]`"),
    ("(a", "(a", "`(` is never closed", "add `)`"),
    ("a)", ")", "`)` closes nothing", ""),
    ("[1, 2", "[1, 2", "`[` is never closed", "add `]`"),
    ("(a, b)", "(a,", "`(a, b)` is not a value", "[a, b]"),
    ("a, b", ",", "`,` stands in lists", ""),
    ("{a: 1}", "a", "the key of an object is a text in quotes", '"a"'),
    ('{"a": 1, "a": 2}', '"a"', "is there twice", ""),
    ("x = = 1", "=", "`=` is not an operator", "use `==`"),
    ("'abc", "'abc", "this text never ends", "add `'`"),
    (r"'a\qb'", r"\q", r"`\q` is not an escape", "known are"),
    (r"'\ud83d'", r"'\ud83d'", "lone surrogate", ""),
    ("“a”", "“", "is not a quotation mark", "use"),
    ("1__0", "1__0", "is not a number", ""),
    ("007", "007", "begins with a zero", ""),
    ("1e999", "1e999", "too large", ""),
    ("9" * 101, "9" * 101, "more than 100 digits", ""),
    ("", "", "the expression is empty", "$${"),
    ("   ", "   ", "the expression is empty", "$${"),
    ("a; b", ";", "`;` is not an operator", "no statements"),
    ("x := 1", ":=", "`:=` is not an operator", "gives names to nothing"),
    ("round(x, digits=2)", "digits=", "arguments have no names", "in order"),
    ("$.a", "$", "`$` is not an operator", "names need no `$`"),
    ("a\x00b", "\x00", "means nothing", ""),
]


@pytest.mark.parametrize(("text", "marked", "message", "help"), WRONG, ids=[item[0][:20] for item in WRONG])
def test_wrong(text: str, marked: str, message: str, help: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse_expression(text)
    error = caught.value
    assert message in error.message
    assert help in (error.help or "")
    assert text[error.start : error.end] == marked


@pytest.mark.parametrize(
    "text", ["(" * 5_000, "[" * 5_000, "-" * 5_000 + "1", "not " * 4_000 + "a", "a" + ".b" * 5_000]
)
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError, match="nested more than 100 levels"):
        parse_expression(text)


@pytest.mark.parametrize(
    "text", ["1" + " + 1" * 200, "x" + "[0]" * 200, "len(" * 200 + "x" + ")" * 200, "a if b else " * 200 + "c"]
)
def test_long_chains_are_too_deep(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError, match="nested more than 100 levels"):
        parse_expression(text)


def test_length_is_bounded() -> None:
    assert parse_expression(" and ".join(["a"] * 2_000))
    with pytest.raises(ExpressionSyntaxError, match=r"20,001 characters; 20,000 is the limit"):
        parse_expression("'" + "x" * 19_999 + "'")


def test_unclosed() -> None:
    (path, error), *others = Template({"a": ["x ${steps.b"]}).check()
    assert not others
    assert path == ("a", 0)
    assert (error.message, error.start, error.end) == ("`${` is never closed", 2, 11)
    assert "$${" in (error.help or "")


def test_every_fault_of_a_text_is_found() -> None:
    found = Template("${a &&} ${None} ${fine}").check()
    assert [(error.start, error.message.split("`")[1]) for _, error in found] == [(4, "&&"), (10, "None")]


def test_braces_and_quotes_inside() -> None:
    assert Template("${ {'a}': '${'}['a}'] }}").evaluate({}) == "${}"
