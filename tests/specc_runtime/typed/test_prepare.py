"""A function is prepared once, and costs nothing more than its annotations ask for."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import InitVar, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_runtime.codecs import encode
from specc_runtime.errors import ArgumentMismatch, class_names
from specc_runtime.functions import call, prepare
from specc_runtime.typed.boundary import OPEN, boundary

if TYPE_CHECKING:
    from decimal import Decimal


class Pair(NamedTuple):
    left: int
    right: date


@dataclass
class Point:
    x: int
    day: date = date.min

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x must not be negative")


@dataclass
class Scaled:
    x: int
    by: InitVar[int]


class Model(pydantic.BaseModel):
    x: int
    word: str = ""


def plain(
    a: int, b: str = "", *args: Any, c: list[str] | None = None, d: dict[str, Any] | None = None, **rest: Any
) -> str:
    return ""


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@given(a=JSON, b=JSON)
def test_plain_functions_are_called_with_just_what_they_are_given(a: Any, b: Any) -> None:
    def both(a: int, b: list[str]) -> Any:
        return a, b

    found_a, found_b = prepare(both)({"a": a, "b": b})
    assert found_a is a
    assert found_b is b


def test_nothing_is_converted_for_plain_annotations() -> None:
    assert boundary(plain) == OPEN
    assert boundary(lambda x: x) == OPEN
    assert boundary(len) == OPEN
    assert boundary(Model) == OPEN  # it reads JSON itself


def test_a_function_is_prepared_once() -> None:
    assert prepare(plain) is prepare(plain)
    assert prepare(plain, "json") is prepare(plain)


def test_what_is_awaited_or_yielded_is_finished_first() -> None:
    async def later() -> Pair:
        return Pair(1, date.min)

    def several() -> Iterator[Pair]:
        yield Pair(1, date.min)

    async def several_later() -> AsyncIterator[Pair]:
        yield Pair(1, date.min)

    one = {"left": 1, "right": "0001-01-01"}
    assert encode(call(later, {})).decode() == one
    assert encode(call(several, {})).decode() == [one]
    assert encode(call(several_later, {})).decode() == [one]


def test_with_a_codec_of_its_own_a_result_stays_what_it_is() -> None:
    def pair() -> Pair:
        return Pair(1, date.min)

    assert call(pair, {}, "pickle") == Pair(1, date.min)
    assert call(pair, {}, "json") == {"left": 1, "right": "0001-01-01"}


class Callers:
    def method(self, day: date) -> str:
        return type(day).__name__

    @classmethod
    def of_class(cls, day: date) -> str:
        return type(day).__name__

    @staticmethod
    def static(day: date) -> str:
        return type(day).__name__

    def __call__(self, day: date) -> str:
        return type(day).__name__

    def __init__(self, day: date = date.min) -> None:
        self.day = day


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@decorated
def wrapped(day: date) -> str:
    return type(day).__name__


def with_more(word: str, day: date) -> str:
    return type(day).__name__


@pytest.mark.parametrize(
    "function",
    [
        Callers().method,
        Callers.of_class,
        Callers.static,
        Callers(),
        wrapped,
        functools.partial(with_more, "a"),
        functools.lru_cache(Callers.static),
    ],
)
def test_whatever_can_be_called_has_its_annotations_read(function: Callable[..., Any]) -> None:
    assert call(function, {"day": "2030-01-31"}) == "date"


def test_classes_are_called_with_what_their_fields_say() -> None:
    assert call(Callers, {"day": "2030-01-31"}).day == date(2030, 1, 31)
    assert call(Point, {"x": 1, "day": "2030-01-31"}) == Point(1, date(2030, 1, 31))
    assert call(Pair, {"left": 1, "right": "2030-01-31"}) == Pair(1, date(2030, 1, 31))
    assert call(Model, {"x": "3"}) == Model(x=3)


def test_other_keywords_have_the_type_of_all_of_them() -> None:
    def f(name: str, **days: date) -> Any:
        return name, days

    assert call(f, {"name": "2030-01-31", "a": "2030-01-31"}) == ("2030-01-31", {"a": date(2030, 1, 31)})


def test_names_that_are_there_for_type_checkers_only_are_left_alone() -> None:
    def f(amount: Decimal, day: date) -> Any:
        return amount, day

    assert call(f, {"amount": "1", "day": "2030-01-31"}) == ("1", date(2030, 1, 31))


def test_a_default_of_none_means_that_null_may_be_given() -> None:
    def f(day: date = None) -> Any:  # type: ignore[assignment]  # noqa: RUF013  # as users write it
        return day

    assert call(f, {"day": None}) is None


def test_arguments_are_not_changed_for_the_caller() -> None:
    def f(days: list[date]) -> None: ...

    arguments = {"days": ["2030-01-31"]}
    call(f, arguments)
    assert arguments == {"days": ["2030-01-31"]}


def takes(
    point: Point | None = None,
    days: list[dict[str, date]] = (),
    pair: Pair | int = 0,
    model: Model | None = None,
    size: tuple[int, date] = (),
    scaled: Scaled | None = None,
    names: set[str] = frozenset(),
    ring: bytes = b"",
) -> None: ...


HEAD = r"argument `{}` of `[\w.]*test_prepare:takes`"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("point", 1, " should be an object for `Point`, but it is the number `1`"),
        ("point", {}, " lacks `x` of `Point`"),
        ("point", {"x": 1, "y": 2}, " has `y`, and `Point` has `x`, `day`"),
        (
            "point",
            {"x": 1, "day": "soon"},
            ": `point.day` should be a date of ISO 8601 such as `2030-01-31`, but it is the text `soon`",
        ),
        ("point", {"x": -1}, " is refused by `Point`: x must not be negative"),
        ("days", [{}, {"a": 5}], r": `days\[1\].a` should be a date of ISO 8601 .* but it is the number `5`"),
        ("days", {"a": 1}, " should be a list, but it is an object with `a`"),
        ("pair", "x", " should be an object for `Pair` or an integer, but it is the text `x`"),
        ("pair", [1, "2030-01-31", 3], " should be an object for `Pair` or an integer, but it is a list of 3 items"),
        ("model", {"x": "many"}, " is refused by `Model`: x: Input should be a valid integer"),
        ("model", [], " is refused by `Model`: Input should be an object"),
        ("size", [1], " should be a list of 2 items, but it is a list of 1 item"),
        ("scaled", {"x": 1}, " lacks `by` of `Scaled`"),
        ("names", [[]], " holds items that a set cannot hold"),
        ("ring", "not base64!", " should be bytes, or a text of them in base64, but it is the text `not base64!`"),
        ("ring", True, " should be bytes, .*but it is `true`"),
    ],
)
def test_what_does_not_fit_is_told(name: str, value: Any, message: str) -> None:
    with pytest.raises(ArgumentMismatch, match=HEAD.format(name) + message):
        call(takes, {name: value})


def test_the_error_is_a_type_error() -> None:
    with pytest.raises(TypeError) as caught:
        call(takes, {"point": 1})
    assert {"ArgumentMismatch", "TypeError"} <= set(class_names(caught.value))


@pytest.mark.parametrize(
    "value",
    ["hunter2-hunter2-hunter2-hunter2-hunter2-hunter2", 'hunter2"', "hunter2\n"],
)
def test_a_value_that_could_be_shown_in_part_only_is_not_shown(value: str) -> None:
    """What hides secrets looks for all of them."""
    for arguments in ({"days": [{"a": value}]}, {"model": {"x": value}}, {"ring": value}):
        with pytest.raises(ArgumentMismatch) as caught:
            call(takes, arguments)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_deep_values_are_refused_without_a_traceback() -> None:
    deep: Any = "2030-01-31"
    for _ in range(5000):
        deep = {"item": deep}

    with pytest.raises(ArgumentMismatch, match=r"nested too deep|should be"):
        call(nested, {"value": deep})


@dataclass
class Nested:
    item: Nested | date | None


def nested(value: Nested) -> None: ...
