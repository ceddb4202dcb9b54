"""`matrix.from`: the configurations that a function of the user's gives."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from specc_runtime.cells import difference, name_of
from specc_runtime.codecs.json_codec import copy_json
from specc_runtime.errors import SpeccError
from specc_runtime.functions import load_function
from specc_runtime.typed.boundary import boundary


class InvalidConfigurations(SpeccError):  # noqa: N818  # part of the language
    """A function gave what are no configurations for a matrix, or too many."""


def generate(call: str, max: int, arguments: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The configurations that the function `call` returns or yields: different tables, at most `max`.

    A generator is not asked for more than one too many, so one without an end comes to this one. All have the
    same names: one that is misspelt would be null in all others. Raises `InvalidConfigurations`, and what the function
    does.
    """
    function = load_function(call)
    convert, dump = boundary(function)
    given = dict(arguments or {})
    found = function(**(given if convert is None else convert(given)))
    if inspect.isawaitable(found) or inspect.isasyncgen(found):
        found = asyncio.run(_gathered(found, max + 1))
    found = _listed(found, call, max)
    if len(found) > max:
        raise InvalidConfigurations(
            f"`{call}` gives more than {max} configurations, which is the `max` of `matrix.from`"
        )
    found = copy_json(found if dump is None else dump(found))
    if not found:
        raise InvalidConfigurations(f"`{call}` gives no configurations")
    for number, cell in enumerate(found):
        if not isinstance(cell, dict) or not cell:
            raise InvalidConfigurations(f"configuration {number} of `{call}` is not a table of values by name")
    for number, cell in enumerate(found):
        differs = difference(found[0], cell)
        if differs:
            raise InvalidConfigurations(
                f"configuration {number} of `{call}` {differs}; "
                "all have the same names, with null where one has no value"
            )
    _check_twins(found, call)
    return [{name: cell[name] for name in found[0]} for cell in found]


def _listed(found: Any, call: str, most: int) -> list[Any]:
    if isinstance(found, str | bytes | Mapping) or not isinstance(found, Iterable):
        raise InvalidConfigurations(f"`{call}` gives `{type(found).__name__}`, not a list of configurations")
    if isinstance(found, Iterator):
        return list(islice(found, most + 1))
    return list(found)


async def _gathered(found: Any, most: int) -> Any:
    if inspect.isawaitable(found):
        found = await found
    if not isinstance(found, AsyncIterator):
        return found
    listed: list[Any] = []
    async for item in found:
        listed.append(item)
        if len(listed) == most:
            break
    return listed


def _check_twins(cells: list[dict[str, Any]], call: str) -> None:
    seen: dict[str, int] = {}
    for number, cell in enumerate(cells):
        first = seen.setdefault(json.dumps(cell, sort_keys=True), number)
        if first != number:
            raise InvalidConfigurations(f"`{call}` gives the configuration {name_of(cell)} twice: {first} and {number}")
