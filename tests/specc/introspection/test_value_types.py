"""What annotations say of values that are more than JSON, and of those that cannot be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specc.frontend import Compilation, check
from specc.introspection import Callable as Found
from specc.introspection import ModuleReader

HEAD = """\
from __future__ import annotations
import asyncio, concurrent.futures, datetime as dt, decimal, enum, io, logging, pathlib, re, socket, threading, typing, uuid
import numpy as np, numpy.typing as npt, pandas as pd, polars as pl, pyarrow as pa
from abc import ABC
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Set
from dataclasses import InitVar, dataclass, field
from typing import Any, Generic, NamedTuple, Optional, Protocol, TextIO, TypedDict, TypeVar
from attrs import define
from pydantic import BaseModel, ConfigDict, Field, computed_field
T = TypeVar("T")

class Colour(enum.Enum):
    RED = "r"
    TWO = 2
class Auto(enum.Enum):
    A = enum.auto()
class Level(enum.IntEnum):
    A = 1
class Word(str, enum.Enum):
    A = "a"
class More(Colour): ...
class Name(str): ...
class Table(dict): ...

@dataclass(frozen=True)
class Point:
    x: float
    when: dt.datetime
    tags: set[str] = field(default_factory=set)
    norm: float = field(init=False, default=0)
    by: InitVar[int] = 1
    ring: bytes = b""

@dataclass
class Farther(Point):
    z: int = 0

@dataclass
class Framed:
    frame: pd.DataFrame

class Pair(NamedTuple):
    amount: decimal.Decimal
    day: dt.date | None = None

class Movie(TypedDict, total=False):
    out: dt.date

class Model(BaseModel):
    path: pathlib.Path
    pause: dt.timedelta
    size: int = 3
    kind: typing.ClassVar[str] = "a"
    _hidden: int = 0
class Longer(Model):
    more: list[Model]
class Aliased(BaseModel):
    a: int = Field(alias="A")
class Computed(BaseModel):
    a: int
    @computed_field
    def b(self) -> int: ...
class Configured(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int

class Plain:
    def __init__(self, a): ...
class Extended(Plain): ...
class Open: ...
@dataclass
class OpenKid(Open): ...
class Shape(Protocol): ...
class Abstract(ABC): ...
@define
class Defined: ...
class Meta(metaclass=make()): ...
class Strange(make()): ...
class Node(Generic[T]): ...
"""


@pytest.fixture
def signature(tmp_path: Path) -> Callable[[str], tuple[str, str]]:
    """The types of an annotation as a parameter and as a result."""

    def read(annotation: str) -> tuple[str, str]:
        (tmp_path / "m.py").write_text(f"{HEAD}\ndef f(x: {annotation}) -> {annotation}: ...\n")
        found = ModuleReader([tmp_path]).function("m", "f")
        assert isinstance(found, Found)
        assert found.signature is not None
        return str(found.signature.by_name["x"].type), str(found.signature.result)

    return read


@pytest.mark.parametrize(
    ("annotation", "parameter", "result"),
    [
        ("dt.datetime", "string", "string"),
        ("dt.date | None", "string or null", "string or null"),
        ("dt.timedelta", "number or string", "number"),
        ("decimal.Decimal", "string or number", "string"),
        ("uuid.UUID", "string", "string"),
        ("pathlib.Path", "string", "string"),
        ("list[pathlib.PurePosixPath]", "list of string", "list of string"),
        ("set[int]", "list of integer", "list of integer"),
        ("frozenset[dt.date]", "list of string", "list of string"),
        ("Set[str]", "list of string", "list of string"),
        ("deque", "list", "list"),
        ("tuple[int, decimal.Decimal]", "list of (string or number)", "list of (integer or string)"),
        ("Counter", "any", "any"),
        ("dict[dt.date, set[int]]", "object of list of integer", "object of list of integer"),
        ("bytes", "string or bytes", "bytes"),
        ("Optional[bytes]", "string or bytes or null", "bytes or null"),
        ("list[bytes]", "list of string", "list of string"),
        ("dict[str, bytearray]", "object of string", "object of string"),
        ("Colour", "string or integer", "string or integer"),
        ("Auto", "integer", "integer"),
        ("Level", "integer", "integer"),
        ("Word", "string", "string"),
        ("Name", "any", "string"),
        ("Table", "any", "object"),
        (
            "Point",
            "{x: number, when: string, tags?: list of string, norm?: number, by?: integer, ring?: string}",
            "{x: number, when: string, tags: list of string, norm: number, ring: string}",
        ),
        (
            "list[Farther]",
            "list of {x: number, when: string, tags?: list of string, norm?: number, by?: integer, ring?: string, z?: integer}",
            "list of {x: number, when: string, tags: list of string, norm: number, ring: string, z: integer}",
        ),
        ("Pair", "{amount: string or number, day?: string or null} or list", "{amount: string, day: string or null}"),
        ("Movie", "{out?: string, ...}", "{out?: string}"),
        ("Model", "{path: any, pause: any, size?: any, ...}", "{path: string, pause: string, size: integer}"),
        (
            "Longer",
            "{path: any, pause: any, size?: any, more: any, ...}",
            "{path: string, pause: string, size: integer, more: list of {path: string, pause: string, size: integer}}",
        ),
        ("Aliased", "object", "object"),
        ("Computed", "object", "object"),
        ("Configured", "object", "object"),
        ("np.ndarray", "numpy.ndarray", "numpy.ndarray"),
        ("npt.NDArray[np.float64]", "numpy.ndarray", "numpy.ndarray"),
        ("np.ndarray[Any, np.dtype[np.int8]]", "numpy.ndarray", "numpy.ndarray"),
        ("np.float32", "number", "number"),
        ("np.int64", "integer", "integer"),
        ("pd.DataFrame | None", "pandas.DataFrame or null", "pandas.DataFrame or null"),
        ("'pd.Series'", "pandas.Series", "pandas.Series"),
        ("pl.DataFrame", "polars.DataFrame", "polars.DataFrame"),
        ("pa.Table", "pyarrow.Table", "pyarrow.Table"),
        ("pd.Timestamp", "string", "string"),
        ("pd.Index", "any", "any"),
        ("socket.socket", "any", "socket.socket"),
        ("Callable[[int], str]", "any", "collections.abc.Callable"),
        ("typing.Callable", "any", "typing.Callable"),
        ("TextIO", "any", "typing.TextIO"),
        ("re.Match[str]", "any", "re.Match"),
        ("concurrent.futures.Future", "any", "concurrent.futures.Future"),
        ("threading.Lock | None", "any", "threading.Lock or null"),
        ("complex", "any", "builtins.complex"),
        ("Plain", "any", "any"),
        ("Extended", "any", "m.Extended"),
        ("Open", "any", "any"),
        ("Shape", "any", "any"),
        ("Abstract", "any", "any"),
        ("Defined", "any", "any"),
        ("Meta", "any", "any"),
        ("Strange", "any", "any"),
        ("Exception", "any", "any"),
        ("object", "any", "any"),
        ("T", "any", "any"),
    ],
)
def test_annotations(signature: Callable[[str], tuple[str, str]], annotation: str, parameter: str, result: str) -> None:
    assert signature(annotation) == (parameter, result)


def test_libraries_are_known_without_being_read(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(f"{HEAD}\ndef f() -> tuple[np.ndarray, pd.DataFrame, pl.DataFrame, Model]: ...\n")
    reader = ModuleReader([tmp_path])
    reader.function("m", "f")
    assert set(reader.texts) == {str(tmp_path / "m.py")}


STEPS = f"""{HEAD}
def give_socket() -> socket.socket: ...
def give_plain() -> Extended: ...
def give_points() -> list[Point]: ...
def give_array() -> np.ndarray: ...
def give_arrays() -> list[np.ndarray]: ...
def give_framed() -> Framed: ...
def give_rings() -> list[bytes]: ...
def give_bytes() -> bytes: ...
def yield_frames() -> Iterator[pd.DataFrame]:
    yield
async def yield_numbers() -> AsyncIterator[int]:
    yield
def give_text() -> str: ...
def give_anything(): ...
@unknown.decorator
def decorated() -> socket.socket: ...
def take_point(point: Point): ...
def take_array(array: np.ndarray): ...
def take_text(text: str): ...
def several(thing: list[int]) -> list[np.ndarray]: ...
"""


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[str], Compilation]:
    (tmp_path / "steps.py").write_text(STEPS)

    def run(text: str) -> Compilation:
        (tmp_path / "p.toml").write_text(f'specc = 1\nkind = "pipeline"\nname = "p"\n{text}')
        return check(tmp_path / "p.toml")

    return run


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ('call = "steps:give_socket"', "`steps:give_socket` returns socket.socket, which cannot be kept"),
        ('call = "steps:give_socket"\ncodec = "pickle"', None),
        (
            'call = "steps:give_socket"\nreturns = "any"',
            "`steps:give_socket` returns socket.socket, which cannot be kept",
        ),
        ('call = "steps:give_plain"', "`steps:give_plain` returns steps.Extended, which cannot be kept"),
        ('call = "steps:give_points"', None),
        ('call = "steps:give_array"', None),
        ('call = "steps:give_array"\ncodec = "npy"', None),
        (
            'call = "steps:give_arrays"',
            "`steps:give_arrays` returns a `numpy.ndarray` inside of other values, which cannot be kept",
        ),
        (
            'call = "steps:give_framed"',
            "`steps:give_framed` returns a `pandas.DataFrame` inside of other values, which cannot be kept",
        ),
        (
            'call = "steps:yield_frames"',
            "`steps:yield_frames` returns a `pandas.DataFrame` inside of other values, which cannot be kept",
        ),
        ('call = "steps:yield_numbers"', None),
        ('call = "steps:give_rings"', None),
        ('call = "steps:give_bytes"\ncodec = "bytes"', None),
        ('call = "steps:give_anything"', None),
        ('call = "steps:give_anything"\ncodec = "parquet"', None),
        ('call = "steps:decorated"', None),
        ('call = "steps:give_text"\ncodec = "text"', None),
        (
            'call = "steps:give_text"\ncodec = "npy"',
            "the codec `npy` of step `a` takes a numpy array, but `steps:give_text` returns string",
        ),
        (
            'call = "steps:give_array"\ncodec = "parquet"',
            "the codec `parquet` of step `a` takes a table of pandas, polars or pyarrow, but `steps:give_array` returns numpy.ndarray",
        ),
        (
            'call = "steps:give_array"\ncodec = "json"',
            "the codec `json` of step `a` takes JSON, but `steps:give_array` returns numpy.ndarray",
        ),
        (
            'call = "steps:give_bytes"\ncodec = "text"',
            "the codec `text` of step `a` takes a string, but `steps:give_bytes` returns bytes",
        ),
    ],
)
def test_results_that_cannot_be_kept(checked: Callable[[str], Compilation], step: str, expected: str | None) -> None:
    found = [(item.code, item.message) for item in checked(f"[steps.a]\n{step}\n").diagnostics]
    assert found == ([("SPC347", expected)] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('with.point = "${steps.points[0]}"\ncall = "steps:take_point"', []),
        ('with.point = { x = 1, when = "2030-01-31" }\ncall = "steps:take_point"', []),
        ('with.point = { x = 1, when = "2030-01-31", tag = 1 }\ncall = "steps:take_point"', ["SPC341"]),
        ('with.point = { x = 1 }\ncall = "steps:take_point"', ["SPC341"]),
        ('with.point = "a"\ncall = "steps:take_point"', ["SPC341"]),
        ('with.text = "${steps.points[0].when}"\ncall = "steps:take_text"', []),
        ('with.text = "${steps.points[0].what}"\ncall = "steps:take_text"', ["SPC310"]),
        ('with.text = "${steps.points[0].norm}"\ncall = "steps:take_text"', ["SPC341"]),
        ('with.array = "${steps.array}"\ncall = "steps:take_array"', []),
        ('with.array = [1, 2]\ncall = "steps:take_array"', []),
        ('with.array = "a"\ncall = "steps:take_array"', ["SPC341"]),
        ('with.text = "${steps.array}"\ncall = "steps:take_text"', ["SPC341"]),
        ('with.text = "${steps.array.shape}"\ncall = "steps:take_text"', ["SPC313"]),
        ('each.array = "${steps.array}"\ncall = "steps:take_array"', ["SPC343"]),
        ('each.array = "${steps.many}"\ncall = "steps:take_array"', []),
        ('each.thing = [1]\nbatch = 2\ncall = "steps:several"', ["SPC347"]),
    ],
)
def test_values_that_are_used(checked: Callable[[str], Compilation], text: str, expected: list[str]) -> None:
    steps = (
        '[steps.points]\ncall = "steps:give_points"\n[steps.array]\ncall = "steps:give_array"\n'
        '[steps.many]\neach.text = ["a"]\n[steps.many.steps.b]\ncall = "steps:give_array"\n'
    )
    found = sorted(item.code for item in checked(f"{steps}[steps.a]\n{text}\n").diagnostics)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[steps.g]\nyield = "${steps.a}"\n', []),
        ('[steps.g]\nyield = "${[steps.a]}"\n', ["step `g` gives a `numpy.ndarray` inside of other values, which cannot be kept"]),
        ('[steps.g]\nyield = { a = "${steps.a}" }\n', ["step `g` gives a `numpy.ndarray` inside of other values, which cannot be kept"]),
        ('[steps.g]\neach.n = [1]\nyield = "${steps.a}"\n', []),
        ('[outputs]\na = "${steps.g}"\n[steps.g]\nyield = "${steps.a}"\n', []),
        ('[outputs]\na = "${[steps.g]}"\n[steps.g]\nyield = "${steps.a}"\n', ["the output `a` gives a `numpy.ndarray` inside of other values, which cannot be kept"]),
        ('[outputs]\na = "${steps.g}"\n[steps.g]\neach.n = [1]\nyield = "${steps.a}"\n', ["the output `a` gives a `numpy.ndarray` inside of other values, which cannot be kept"]),
    ],
)  # fmt: skip
def test_arrays_inside_of_what_groups_and_runs_give(
    checked: Callable[[str], Compilation], text: str, expected: list[str]
) -> None:
    found = checked(f'{text}[steps.g.steps.a]\ncall = "steps:give_array"\n').diagnostics
    assert [item.message for item in found] == expected


HIDDEN = """\
from __future__ import annotations
from datetime import date
from enum import Enum, auto
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from decimal import Decimal
    import pandas as pd
    from other import Thing
class Colour(Enum):
    RED = "red"
    TWO = 2
class Auto(Enum):
    A = auto()
class Loose(Enum):
    A = "a"
    @classmethod
    def _missing_(cls, value): ...
def f(
    amount: Decimal = 0, when: "dt.datetime | None" = None, days: Sequence[date] = (), words: Sequence[str] = (),
    frame: pd.DataFrame = None, thing: Thing = None, day: date = None, colour: Colour | None = None,
): ...
def paint(colour: Colour, other: "Colour" = None, auto: Auto = Auto.A, loose: Loose = Loose.A): ...
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f.amount = 1", [("SPC348", "`Decimal`")]),
        ('f.when = "2030-01-31"', [("SPC348", "`dt`")]),
        ('f.days = ["2030-01-31"]', [("SPC348", "`Sequence`")]),
        ('f.words = ["a"]', []),
        ('f.day = "2030-01-31"', []),
        ("f.thing = 1", []),
        ('paint.colour = "red"', []),
        ("paint.colour = 2", []),
        ('paint.colour = "rde"', [("SPC341", "did you mean `red`?")]),
        ('paint = { colour = "red", other = 3 }', [("SPC341", '"red"')]),
        ('paint = { colour = "red", auto = 7, loose = "x" }', []),
    ],
)
def test_enumerations_and_names_for_type_checkers(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    (tmp_path / "hidden.py").write_text(HIDDEN)
    name, _, rest = text.replace(" ", ".", 1).partition(".") if text.startswith("paint =") else text.partition(".")
    given = f"with {rest}" if text.startswith("paint =") else f"with.{rest}"
    spec = f'specc = 1\nkind = "pipeline"\nname = "p"\n[steps.a]\ncall = "hidden:{name}"\n{given}\n'
    (tmp_path / "p.toml").write_text(spec)
    found = check(tmp_path / "p.toml").diagnostics
    assert [item.code for item in found] == [code for code, _ in expected]
    for item, (_, part) in zip(found, expected, strict=True):
        assert part in item.message + " ".join(item.help)
