"""What one function gives, another takes: the value in between is JSON, the value behind it what it was before."""

# ruff: noqa: UP007, UP045, DTZ001  # annotations and times as users write them

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import enum
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    TypedDict,
    TypeVar,
    Union,
)
from uuid import UUID

import pydantic
import pytest

from specc_runtime.codecs import encode
from specc_runtime.codecs.json_codec import decode_json
from specc_runtime.functions import prepare

T = TypeVar("T")
Seconds = NewType("Seconds", timedelta)


class Colour(enum.Enum):
    RED = "red"
    TWO = 2
    PAIR = (1, 2)


class Level(enum.IntEnum):
    LOW = 1


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Pair(NamedTuple):
    left: int
    right: date | None = None


@dataclasses.dataclass
class Node:
    name: str
    children: list[Node] = dataclasses.field(default_factory=list)
    parent: Optional["Node"] = None  # noqa: UP037  # as users write it


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    when: datetime
    ring: bytes = b""
    seen: int = dataclasses.field(init=False, default=0)


@dataclasses.dataclass
class Box(Generic[T]):
    item: T
    more: list[T] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Dated(Node):
    day: date = date.min


class Movie(TypedDict):
    title: str
    out: NotRequired[date]
    stills: list[bytes]


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, extra="forbid")
    when: datetime
    amount: Decimal
    tags: frozenset[int] = frozenset()
    size: int = pydantic.Field(alias="Size", default=0)

    @pydantic.computed_field
    @property
    def twice(self) -> Decimal:
        return 2 * self.amount


DAY, NOW = date(2030, 1, 31), datetime(2030, 1, 31, 9, 30, tzinfo=UTC)
IDENTITY = UUID("12345678-1234-5678-1234-567812345678")
FROZEN = {"when": "2030-01-31T09:30:00+00:00", "ring": "/w==", "seen": 0}

CASES: list[tuple[Any, Any, Any]] = [
    # what needs nothing
    (int, 1, 1),
    (dict, {"a": [1]}, {"a": [1]}),
    (list[str], ["a"], ["a"]),
    (Any, [None], [None]),
    # scalars
    (datetime, NOW, "2030-01-31T09:30:00+00:00"),
    (datetime, datetime(2030, 1, 31), "2030-01-31T00:00:00"),
    (datetime, datetime(2030, 1, 31, 1, 2, 3, 4, timezone(timedelta(hours=-3))), "2030-01-31T01:02:03.000004-03:00"),
    (date, DAY, "2030-01-31"),
    (time, time(9, 30), "09:30:00"),
    (timedelta, timedelta(hours=2), 7200),
    (timedelta, timedelta(milliseconds=-1500), -1.5),
    (Seconds, timedelta(seconds=3), 3),
    (Decimal, Decimal("12.50"), "12.50"),
    (Path, Path("/a/b"), "/a/b"),
    (PurePosixPath, PurePosixPath("a"), "a"),
    (UUID, IDENTITY, str(IDENTITY)),
    (Colour, Colour.RED, "red"),
    (Colour, Colour.TWO, 2),
    (Colour, Colour.PAIR, [1, 2]),
    (Level, Level.LOW, 1),
    (Rights, Rights.READ | Rights.WRITE, 3),
    (Literal[Colour.RED, "blue"], Colour.RED, "red"),
    (Annotated[date, "of birth"], DAY, "2030-01-31"),
    # containers
    (tuple[int, str], (1, "a"), [1, "a"]),
    (tuple[date, ...], (DAY, DAY), ["2030-01-31", "2030-01-31"]),
    (tuple[()], (), []),
    (tuple, (1, [2]), [1, [2]]),
    (set[int], {3, 1, 2}, [1, 2, 3]),
    (frozenset[date], frozenset({DAY, date.min}), ["0001-01-01", "2030-01-31"]),
    (set[tuple[int, str]], {(2, "a"), (1, "b")}, [[1, "b"], [2, "a"]]),
    (collections.abc.Set[str], frozenset({"a"}), ["a"]),
    (collections.deque[int], collections.deque([1, 2]), [1, 2]),
    (dict[str, date], {"a": DAY}, {"a": "2030-01-31"}),
    (dict[int, str], {1: "a"}, {"1": "a"}),
    (dict[float, str], {0.5: "a"}, {"0.5": "a"}),
    (dict[bool, str], {True: "a"}, {"true": "a"}),
    (dict[date, Decimal], {DAY: Decimal(1)}, {"2030-01-31": "1"}),
    (dict[Colour, int], {Colour.RED: 1, Colour.TWO: 2}, {"red": 1, "2": 2}),
    (collections.abc.Mapping[UUID, int], {IDENTITY: 1}, {str(IDENTITY): 1}),
    (collections.abc.Sequence[Decimal], [Decimal(1)], ["1"]),
    (collections.Counter[str], collections.Counter("aab"), {"a": 2, "b": 1}),
    (list[list[Path]], [[Path("a")], []], [["a"], []]),
    # bytes
    (bytes, b"\xff", None),
    (list[bytes], [b"\xff", b""], ["/w==", ""]),
    (bytes | None, None, None),
    # choices
    (Optional[date], None, None),
    (date | None, DAY, "2030-01-31"),
    (int | Decimal, 5, 5),
    (int | Decimal, Decimal(5), "5"),
    (Union[date, datetime], NOW, "2030-01-31T09:30:00+00:00"),
    (Union[datetime, date], DAY, "2030-01-31"),
    (Union[Pair, Colour, None], Pair(1), {"left": 1, "right": None}),
    (Union[Frozen, Node], Node("a"), {"name": "a", "children": [], "parent": None}),
    (list[UUID | Path], [IDENTITY, Path("a")], [str(IDENTITY), "a"]),
    # objects
    (Pair, Pair(1, DAY), {"left": 1, "right": "2030-01-31"}),
    (list[Pair], [Pair(1)], [{"left": 1, "right": None}]),
    (dict[str, Pair | None], {"a": Pair(1), "b": None}, {"a": {"left": 1, "right": None}, "b": None}),
    (tuple[Pair, int], (Pair(1), 2), [{"left": 1, "right": None}, 2]),
    (Node, Node("a", [Node("b")], Node("c")), None),
    (Dated, Dated("a", day=DAY), {"name": "a", "children": [], "parent": None, "day": "2030-01-31"}),
    (Frozen, Frozen(when=NOW, ring=b"\xff"), FROZEN),
    (Box[date], Box(DAY, [DAY]), {"item": "2030-01-31", "more": ["2030-01-31"]}),
    (Box, Box(1), {"item": 1, "more": []}),
    ("Frozen", Frozen(when=NOW, ring=b"\xff"), FROZEN),
    (list["Frozen"], [Frozen(when=NOW, ring=b"\xff")], [FROZEN]),
    (typing.List["Frozen"], [Frozen(when=NOW, ring=b"\xff")], [FROZEN]),  # noqa: UP006  # the old spelling is meant
    (Movie, {"title": "a", "out": DAY, "stills": [b"\xff"]}, {"title": "a", "out": "2030-01-31", "stills": ["/w=="]}),
    (Movie, {"title": "a", "stills": []}, {"title": "a", "stills": []}),
    (
        Model,
        Model(when=NOW, amount=Decimal("1.5"), tags=frozenset({1}), Size=3),
        {"when": "2030-01-31T09:30:00Z", "amount": "1.5", "tags": [1], "size": 3, "twice": "3.0"},
    ),
]

IDS = [f"{number}-{annotation}"[:60] for number, (annotation, _, _) in enumerate(CASES)]


def giver(annotation: Any, value: Any) -> Callable[[], Any]:
    def give() -> Any:
        return value

    give.__annotations__ = {"return": annotation}
    return give


def taker(annotation: Any) -> tuple[Callable[[Any], None], list[Any]]:
    taken: list[Any] = []

    def take(value: Any) -> None:
        taken.append(value)

    take.__annotations__ = {"value": annotation}
    return take, taken


@pytest.mark.parametrize(("annotation", "value", "expected"), CASES, ids=IDS)
def test_round_trip(annotation: Any, value: Any, expected: Any) -> None:
    encoded = encode(prepare(giver(annotation, value))({}))
    if encoded.codec == "json" and (expected is not None or value is None):
        assert decode_json(encoded.data) == expected
    take, taken = taker(annotation)
    prepare(take)({"value": encoded.decode()})
    assert taken == [value]
    assert type(taken[0]) is type(value)


@pytest.mark.parametrize(("annotation", "value", "expected"), CASES, ids=IDS)
def test_what_has_its_type_already_is_left_alone(annotation: Any, value: Any, expected: Any) -> None:
    """Values that were pickled, and those of `default`s, come as they are."""
    take, taken = taker(annotation)
    prepare(take)({"value": value})
    assert taken == [value]


@pytest.mark.parametrize(
    ("annotation", "given", "expected"),
    [
        (datetime, "2030-01-31T09:30:00Z", NOW),
        (datetime, "2030-01-31", datetime(2030, 1, 31)),
        (timedelta, "1h30m", timedelta(minutes=90)),
        (timedelta, "PT1H30M", timedelta(minutes=90)),
        (timedelta, "-P1DT0.5S", -timedelta(days=1, seconds=0.5)),
        (Decimal, 0.1, Decimal("0.1")),
        (Decimal, 12345678901234567890, Decimal(12345678901234567890)),
        (Pair, [1, "2030-01-31"], Pair(1, DAY)),
        (Pair, [1], Pair(1)),
        (Pair, {"left": 1}, Pair(1)),
        (str | date, "2030-01-31", "2030-01-31"),
        (float | timedelta, 3, 3),
        (Frozen, {"when": "2030-01-31T09:30:00Z"}, Frozen(when=NOW)),
        (bytes, "/w==", b"\xff"),
        (set[int], [1, 1], {1}),
        (Model, {"when": "2030-01-31T09:30:00Z", "amount": "1", "Size": 4}, Model(when=NOW, amount=Decimal(1), Size=4)),
        ("NotThere", "2030-01-31", "2030-01-31"),
        (list["NotThere"], ["2030-01-31"], ["2030-01-31"]),  # noqa: F821  # it is meant not to be there
        ("datetime.(", 1, 1),
    ],
)
def test_what_is_written_by_hand(annotation: Any, given: Any, expected: Any) -> None:
    take, taken = taker(annotation)
    prepare(take)({"value": given})
    assert taken == [expected]
    assert type(taken[0]) is type(expected)


def test_fields_that_are_made_later_are_as_they_were() -> None:
    value = Frozen(when=NOW)
    object.__setattr__(value, "seen", 7)
    take, taken = taker(Frozen)
    prepare(take)({"value": encode(value).decode()})
    assert taken[0].seen == 7


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"when": NOW, "what": {Colour.RED}}, {"when": "2030-01-31T09:30:00+00:00", "what": ["red"]}),
        ([Node("a")], [{"name": "a", "children": [], "parent": None}]),
        (
            Model(when=NOW, amount=Decimal(1)),
            {"when": "2030-01-31T09:30:00Z", "amount": "1", "tags": [], "size": 0, "twice": "2"},
        ),
        ({DAY: Path("a")}, {"2030-01-31": "a"}),
        ({1, "a", None}, ["a", 1, None]),
        ({"b": 1}.keys(), ["b"]),
        (range(3), [0, 1, 2]),
        (Pair(1), [1, None]),
        (Level.LOW, 1),
    ],
)
def test_without_annotations_values_go_by_their_types(value: Any, expected: Any) -> None:
    result = prepare(lambda: value)({})
    assert (
        sorted(encode(result).decode(), key=str) == sorted(expected, key=str)
        if isinstance(value, set)
        else (encode(result).decode() == expected)
    )


def test_a_result_that_is_not_what_was_declared_goes_by_its_type() -> None:
    assert encode(prepare(giver(list[Pair], {"a": DAY}))({})).decode() == {"a": "2030-01-31"}
    assert encode(prepare(giver(Pair, None))({})).decode() is None
    assert encode(prepare(giver(tuple[Pair, int], (Pair(1),)))({})).decode() == [[1, None]]
