"""Values that no expression looks into: arrays, tables, bytes."""

from __future__ import annotations

import pytest

from specc.diagnostics import Place, Sink
from specc.expressions.check import infer_template
from specc.expressions.type_model import OPAQUE_CODECS
from specc.expressions.types import STRING, ListType, OpaqueType, assignable, opaque_part, parse_type
from specc_runtime.expressions import ExpressionError, Template

ENVIRONMENT = {
    "params": parse_type("{s: string}"),
    "steps": parse_type(
        "{a: numpy.ndarray, t: pandas.DataFrame, b: bytes, m: numpy.ndarray or null, many: list of numpy.ndarray}"
    ),
}


def faults(text: str) -> list[tuple[str, str]]:
    sink = Sink()
    infer_template(Template(text), ENVIRONMENT, Place(("steps", "x")), sink)
    return [(item.code, item.message) for item in sink.diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "${steps.a}",
        "${steps.many}",
        "${steps.many[0]}",
        "${len(steps.many)}",
        "${coalesce(steps.m, steps.a)}",
        "${steps.m == null}",
        "${[steps.a]}",
    ],
)
def test_they_are_handed_on_whole(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${steps.t.eggs}", "no expression can look into a `pandas.DataFrame`"),
        ("${steps.a[0]}", "no expression can look into a `numpy.ndarray`"),
        ("${steps.a['x']}", "no expression can look into a `numpy.ndarray`"),
        ("${steps.a[1:]}", "no expression can look into a `numpy.ndarray`"),
        ("${steps.a[*]}", "no expression can look into a `numpy.ndarray`"),
        ("${steps.many[0].shape}", "no expression can look into a `numpy.ndarray`"),
        ("${steps.b.x}", "no expression can look into bytes"),
        ("a ${steps.b}", "bytes has no text"),
    ],
)
def test_nothing_is_read_of_them(text: str, message: str) -> None:
    assert faults(text) == [("SPC313", message)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("${steps.a + 1}", "SPC311"),
        ("${not steps.a}", "SPC312"),
        ("${len(steps.t)}", "SPC314"),
        ("${steps.a == 1}", "SPC315"),
        ("${steps.b == params.s}", "SPC315"),
    ],
)
def test_they_are_no_values_of_json(text: str, code: str) -> None:
    assert [found for found, _ in faults(text)] == [code]


@pytest.mark.parametrize("name", sorted(OPAQUE_CODECS))
def test_their_names_are_read_back(name: str) -> None:
    for text in (name, f"list of {name}", f"{{a?: {name} or null}}"):
        assert str(parse_type(text)) == text


@pytest.mark.parametrize("text", ["numpy.array", "os.path", "socket.socket", "numpy.", "Byte"])
def test_other_names_are_no_types(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a type|is not part of a type"):
        parse_type(text)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("numpy.ndarray", "any", True),
        ("numpy.ndarray", "numpy.ndarray", True),
        ("numpy.ndarray", "list", False),
        ("pandas.DataFrame", "pyarrow.Table", None),
        ("list of number", "numpy.ndarray", None),
        ("string", "pandas.DataFrame", False),
        ("string", "string or bytes", True),
        ("any", "bytes", None),
        ("numpy.ndarray or null", "numpy.ndarray", None),
    ],
)
def test_what_stands_for_what(source: str, target: str, expected: bool | None) -> None:
    assert assignable(parse_type(source), parse_type(target)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy.ndarray", None),
        ("bytes or null", None),
        ("list of string", None),
        ("list of numpy.ndarray", ("numpy.ndarray", True)),
        ("{a: list of (bytes or string)}", ("bytes", True)),
        ("object of pandas.Series", ("pandas.Series", True)),
    ],
)
def test_what_cannot_be_kept(text: str, expected: tuple[str, bool] | None) -> None:
    found = opaque_part(parse_type(text))
    assert (found and (found[0].name, found[1])) == expected


def test_what_never_travels() -> None:
    assert opaque_part(OpaqueType("socket.socket")) == (OpaqueType("socket.socket"), False)
    assert opaque_part(ListType(STRING)) is None


def test_comparing_them_is_no_accident() -> None:
    class Array:
        def __eq__(self, other: object) -> bool:
            raise ValueError("ambiguous")

        __hash__ = None

    scope = {"a": Array(), "b": b"x"}
    assert Template("${a == null}").evaluate(scope) is False
    assert Template("${a != 'x'}").evaluate(scope) is True
    assert Template("${b == b}").evaluate(scope) is True
    with pytest.raises(ExpressionError, match="`==` cannot compare values of the type `Array`"):
        Template("${a == a}").evaluate(scope)
