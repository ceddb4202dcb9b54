"""What the source of a function tells about how it is called."""

from pathlib import Path
from textwrap import dedent

import pytest

from specc.introspection import Callable, Fault, ModuleReader


@pytest.fixture
def read(tmp_path: Path):
    """Gives `module:function` of files written on the spot."""

    def function(target: str, **files: str) -> Callable | Fault:
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return ModuleReader([tmp_path]).function(*target.split(":"))

    return function


def shown(found: Callable | Fault) -> str:
    """A signature in one line."""
    assert isinstance(found, Callable), found
    if found.signature is None:
        return "?"
    marks = {"ordinary": "", "keyword": "*", "positional": "/"}
    parts = [
        f"{marks[item.kind]}{item.name}{'' if item.required else '?'}: {item.type}"
        for item in found.signature.parameters
    ]
    return f"({', '.join(parts + ['**'] * found.signature.any_keyword)}) -> {found.signature.result}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(): ...", "() -> any"),
        ("def f(a, b=1, *, c, d=2): ...", "(a: any, b?: any, *c: any, *d?: any) -> any"),
        ("def f(a, /, b): ...", "(/a: any, b: any) -> any"),
        ("def f(*args, **kwargs): ...", "(**) -> any"),
        (
            "def f(a: int, b: str, c: float, d: bool) -> None: ...",
            "(a: integer, b: string, c: number, d: boolean) -> null",
        ),
        ("async def f(a: int) -> str: ...", "(a: integer) -> string"),
        ("f = lambda a, b=1: a", "(a: any, b?: any) -> any"),
        ("def f(a: int = None): ...", "(a?: integer or null) -> any"),
        ("def f(a: 'int | None'): ...", "(a: integer or null) -> any"),
        ("def f(a: list[int], b: list) -> list[str]: ...", "(a: list of integer, b: list) -> list of string"),
        ("def f(a: tuple[int, ...]) -> tuple[int, str]: ...", "(a: list of integer) -> list of (integer or string)"),
        ("def f(a: dict[str, int], b: dict): ...", "(a: object of integer, b: object) -> any"),
        ("def f(c: Nowhere, d: 3 + 4): ...", "(c: any, d: any) -> any"),
        ("def f(a: set[int], b: bytes): ...", "(a: list of integer, b: string or bytes) -> any"),
        ("def g(a): ...\nf = g", "(a: any) -> any"),
        ("def f(a): ...\ndef f(b): ...", "(b: any) -> any"),
        ("f = make()", "?"),
    ],
)
def test_signature(read, source: str, expected: str) -> None:
    assert shown(read("m:f", m=source)) == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Optional[int]", "integer or null"),
        ("typing.Union[int, str]", "integer or string"),
        ("t.List[t.Dict[str, float]]", "list of object of number"),
        ("Annotated[int, 'metres']", "integer"),
        ("Literal['a', 2]", "string or integer"),
        ("Sequence[str]", "list of string or string"),
        ("Sequence[int]", "list of integer"),
        ("Any", "any"),
        ("object", "any"),
        ("Alias", "integer or list of string"),
        ("Id", "integer"),
        ("'Alias | None'", "integer or list of string or null"),
        ("Callable[[int], str]", "any"),
        ("Point", "{x: number, y?: integer, z?: integer}"),
        ("Movie", "{title: string, year?: integer, ...}"),
        ("Node", "{child?: any, ...}"),
        ("Pair", "{a: integer, b?: string} or list"),
        ("Plain", "any"),
        ("elsewhere.Alias", "any"),
        ("T", "any"),
    ],
)
def test_annotations(read, annotation: str, expected: str) -> None:
    source = f"""\
    from __future__ import annotations
    import typing
    import typing as t
    from collections.abc import Callable, Sequence
    from dataclasses import dataclass, field
    from typing import Annotated, Any, Literal, NamedTuple, NewType, NotRequired, Optional, TypedDict, TypeVar
    import elsewhere
    T = TypeVar("T")
    Alias = int | list[str]
    Id = NewType("Id", int)
    @dataclass
    class Point:
        x: float
        y: int = field(default=0)
        z: int = field(init=False)
    class Movie(TypedDict):
        title: str
        year: NotRequired[int]
    class Node(TypedDict, total=False):
        child: Node | None
    class Pair(NamedTuple):
        a: int
        b: str = ""
    class Plain: ...
    def f(x: {annotation}): ...
    """
    found = read("m:f", m=source)
    assert str(found.signature.by_name["x"].type) == expected


def test_result_objects_are_closed_so_that_a_misspelt_field_is_found(read) -> None:
    found = read("m:f", m="from typing import TypedDict\nclass A(TypedDict):\n  x: int\ndef f() -> A: ...")
    assert shown(found) == "() -> {x: integer}"


def test_literal_choices(read) -> None:
    found = read("m:f", m="from typing import Literal\ndef f(mode: Literal['fast', 'slow', -1, None]): ...")
    assert found.signature.by_name["mode"].choices == ("fast", "slow", -1, None)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("m:K", "(a: integer, b?: any) -> any"),
        ("m:K.static", "(q: integer) -> any"),
        ("m:K.made", "(q: any) -> any"),
        ("m:Sub", "(a: integer, b?: any) -> any"),
        ("m:Sub.made", "(q: any) -> any"),
        ("m:Empty", "() -> any"),
        ("m:Odd", "?"),
        ("m:Foreign", "?"),
        ("m:Data", "(x: integer, y?: string) -> any"),
        ("m:Derived", "(x: integer, y?: string, z: any) -> any"),
        ("m:Typed", "(x: integer) -> {x: integer}"),
    ],
)
def test_classes(read, target: str, expected: str) -> None:
    source = """\
    from dataclasses import dataclass
    from typing import TypedDict
    from elsewhere import Base
    class K:
        def __init__(self, a: int, b=1): ...
        @staticmethod
        def static(q: int): ...
        @classmethod
        def made(cls, q): ...
    class Sub(K): ...
    class Empty: ...
    class Odd:
        def __new__(cls, *a): ...
    class Foreign(Base): ...
    @dataclass
    class Data:
        x: int
        y: str = ""
    @dataclass
    class Derived(Data):
        z: list = None
    class Typed(TypedDict):
        x: int
    """
    source = source.replace("z: list = None", "z: object")
    assert shown(read(target, m=source)) == expected


@pytest.mark.parametrize(
    ("decorator", "expected", "doubtful"),
    [
        ("@functools.cache", "(a: integer) -> string", None),
        ("@passing", "(a: integer) -> string", None),
        ("@passing_with(3)", "(a: integer) -> string", None),
        ("@registering", "(a: integer) -> string", None),
        ("@adding", "(a: integer) -> any", "adding"),
        ("@unknown.thing", "(a: integer) -> any", "unknown.thing"),
        ("@unknown.thing(3)", "(a: integer) -> any", "unknown.thing"),
        ("@contextlib.contextmanager", "?", None),
        ("@click.command()", "?", None),
    ],
)
def test_decorators(read, decorator: str, expected: str, doubtful: str | None) -> None:
    source = f"""\
    import functools, contextlib, click, unknown
    ALL = []
    def passing(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper
    def passing_with(times):
        def decorate(function):
            async def wrapper(*args, **kwargs): ...
            return wrapper
        return decorate
    def registering(function):
        ALL.append(function)
        return function
    def adding(function):
        def wrapper(session, *args, **kwargs): ...
        return wrapper
    {decorator}
    def f(a: int) -> str: ...
    """
    found = read("m:f", m=source)
    assert shown(found) == expected
    assert (found.signature.doubtful if found.signature else None) == doubtful


def test_overloads_give_way_to_the_implementation(read) -> None:
    source = """\
    from typing import overload
    @overload
    def f(a: int) -> int: ...
    @overload
    def f(a: str) -> str: ...
    def f(a): ...
    """
    assert shown(read("m:f", m=source)) == "(a: any) -> any"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    yield 1", "() -> list"),
        ("def f() -> Iterator[int]:\n    x = yield", "() -> list of integer"),
        ("async def f() -> 'AsyncGenerator[str, None]':\n    return [(yield)]", "() -> list of string"),
        ("def f() -> list[int]:\n    def g():\n        yield 1\n    return list(g())", "() -> list of integer"),
        ("def f() -> int:\n    return (lambda: (yield))", "() -> integer"),
        ("def f() -> Iterator[int]:\n    return iter([])", "() -> any"),
    ],
)
def test_generators_give_lists(read, source: str, expected: str) -> None:
    assert shown(read("m:f", m=source)) == expected
