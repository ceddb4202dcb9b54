"""Configurations that a function of the user's gives."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from specc_runtime.actions.configurations import InvalidConfigurations, generate


@dataclass
class Cell:
    lr: float


def endless() -> Iterator[dict[str, int]]:
    return ({"n": n} for n in itertools.count())


async def forever() -> AsyncIterator[dict[str, int]]:
    for n in itertools.count():
        yield {"n": n}


async def awaited(count: int) -> list[dict[str, int]]:
    return [{"n": n} for n in range(count)]


def typed() -> list[Cell]:
    return [Cell(0.1), Cell(0.2)]


def given(value: Any) -> Any:
    return value


def failing() -> Iterator[dict[str, int]]:
    yield {"n": 0}
    raise OSError("no more")


@pytest.fixture(autouse=True)
def user_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("user_sweeps")
    for function in (endless, forever, awaited, typed, given, failing):
        setattr(module, function.__name__, function)
    monkeypatch.setitem(__import__("sys").modules, "user_sweeps", module)


def cells(name: str, most: int = 5, **arguments: Any) -> list[dict[str, Any]]:
    return generate(f"user_sweeps:{name}", most, arguments)


def test_what_functions_give() -> None:
    assert cells("awaited", count=2) == [{"n": 0}, {"n": 1}]
    assert cells("typed") == [{"lr": 0.1}, {"lr": 0.2}]
    assert cells("given", value=({"a": 1, "b": None}, {"b": 2, "a": 1})) == [{"a": 1, "b": None}, {"a": 1, "b": 2}]
    assert len(cells("awaited", count=5)) == 5


@pytest.mark.parametrize("name", ["endless", "forever"])
def test_what_has_no_end_is_stopped(name: str) -> None:
    with pytest.raises(InvalidConfigurations, match="gives more than 5 configurations"):
        cells(name)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "gives no configurations"),
        (None, "gives `NoneType`, not a list"),
        ("ab", "gives `str`, not a list"),
        ({"lr": 1}, "gives `dict`, not a list"),
        ([{"a": 1}, 2], "configuration 1 of .* is not a table"),
        ([{}], "configuration 0 of .* is not a table"),
        ([{"lr": 1}, {"l": 2}], "configuration 1 of .* lacks `lr` and has `l`, which the first has not"),
        ([{"a": 1}, {"a": 2, "b": 2}], "configuration 1 of .* has `b`, which the first has not; all have the same"),
        ([{"a": 1}, {"a": 2}, {"a": 1}], "the configuration a=1 twice: 0 and 2"),
    ],
)
def test_what_are_no_configurations(value: Any, words: str) -> None:
    with pytest.raises(InvalidConfigurations, match=words):
        cells("given", value=value)


def test_what_the_function_raises_is_its_own() -> None:
    with pytest.raises(OSError, match="no more"):
        cells("failing")
