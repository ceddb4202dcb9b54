"""Functions that give values of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any


def same(value: Any) -> Any:
    return value


def one() -> int:
    return 1


def nothing() -> None:
    return None


def numbers(count: int) -> list[int]:
    return list(range(count))


def words() -> list[str]:
    return ["goose", "swan", "duck"]


def birds() -> list[dict[str, Any]]:
    return [{"name": "goose", "wings": [1, 2]}, {"name": "swan", "wings": []}, {"name": "duck", "wings": [3]}]


def grid(rows: int, columns: int) -> list[list[int]]:
    return [[row * columns + column for column in range(columns)] for row in range(rows)]


def text(size: int, letter: str = "x") -> str:
    return letter * size


def record(size: int, ok: bool) -> dict[str, Any]:
    """A large body beside a small field that conditions use."""
    return {"ok": ok, "count": size, "body": "y" * size}


def unicode() -> dict[str, str]:
    return {
        "bird": "🐦",
        "finnish": "yö",
        "combined": "e\u0301",
        "quote": "\"'\\",
        "line": "a\nb\tc",
        "zero": "\u0000",
        "ключ": "значение",
    }


def look_alikes() -> list[str]:
    """Plain strings that some engine might take for something else."""
    return [
        "s3://bucket/key",
        "file:///etc/passwd",
        "memory://x",
        "{% $states.input %}",
        "{%1%}",
        "${params.x}",
        "$${params.x}",
        "$.path",
        "$$.Execution.Id",
        "$states",
        "arn:aws:states:::lambda:invoke",
        "null",
        "true",
        "1",
        "",
        " ",
        "States.Format('{}', 1)",
    ]


def tagged_look_alikes() -> list[Any]:
    """User data shaped like the envelope's own marks."""
    return [
        {"$value": 1},
        {"$ref": "s3://no/where", "codec": "json"},
        {"$skipped": "b"},
        {"project": {"/a": 1}},
        {"$item": 0},
    ]


def odd_keys() -> dict[str, Any]:
    return {"a b": 1, "a/b": 2, "a~b": 3, "": 4, "a.b": 5, "$": 6, "'": 7, '"': 8, "0": 9, "päivä": 10}


def not_quite_json() -> dict[Any, Any]:
    return {"pair": (1, 2), 3: "three", "nested": {"keys": {1: (None, (4,))}}}


def not_a_number() -> float:
    return float("nan")


def bytes_inside() -> Any:
    return [b"ring"]


def an_object() -> Any:
    return object()


def kinds(value: Any) -> Any:
    """The Python type names of a value's leaves."""
    if isinstance(value, dict):
        return {name: kinds(item) for name, item in value.items()}
    if isinstance(value, list):
        return [kinds(item) for item in value]
    return type(value).__name__


def amounts() -> dict[str, Any]:
    return {
        "whole": 1,
        "float": 1.0,
        "big": 9007199254740993,
        "huge": 123456789012345678901234567890,
        "tenth": 0.1,
        "small": 5e-324,
        "large": 1.7976931348623157e308,
        "negative": -0.5,
        "zero": 0,
        "thousand": 1000.0,
        "yes": True,
    }


def deep(levels: int) -> Any:
    value: Any = {"leaf": [1, None, {"x": "y"}]}
    for level in range(levels):
        value = {"level": level, "inner": value} if level % 2 else [value]
    return value


def environment(name: str) -> str | None:
    return os.environ.get(name)


def describe(**values: Any) -> str:
    """Every argument by name, in the order of their names."""
    return " ".join(f"{name}={value!r}" for name, value in sorted(values.items()))


def generate(count: int) -> Iterator[int]:
    yield from range(count)


def large_records(count: int, size: int) -> list[dict[str, Any]]:
    """Records too large to travel by value, each with a small field that conditions use."""
    return [{"index": index, "odd": index % 2 == 1, "body": "z" * size} for index in range(count)]


def grow(state: dict[str, Any], size: int) -> dict[str, Any]:
    """A loop's state that is too large to travel by value."""
    rounds = state["rounds"] + 1
    return {"rounds": rounds, "done": rounds >= 3, "body": "g" * size}
