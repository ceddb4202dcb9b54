"""Functions for generated specs: pure, and their results hold everything they were given, so that wrong wiring shows.

Each call leaves a line in the file `calls` of the run's folder.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from zlib import crc32

_LONGEST = 800
"""Characters of arguments that a result shows as they are; longer ones are shown by their digest."""


class OddBirdError(ValueError):
    """An error with a base class that specs may name."""


_ERRORS: dict[str, type[Exception]] = {
    "ValueError": ValueError,
    "KeyError": KeyError,
    "ConnectionResetError": ConnectionResetError,
    "TimeoutError": TimeoutError,
    "OddBirdError": OddBirdError,
}


def make(name: str, directory: str, size: int = 0, **given: Any) -> dict[str, Any]:
    """A record that everything in it follows from the arguments."""
    _called(directory, name, given)
    return _record(name, given, size)


def make_all(name: str, directory: str, items: list[Any], **given: Any) -> list[dict[str, Any]]:
    """One record for each item of a batch."""
    _called(directory, name, {"items": items, **given})
    return [_record(name, {"item": item, "size": len(items), **given}, 0) for item in items]


def lose_last(name: str, directory: str, items: list[Any], **given: Any) -> list[dict[str, Any]]:
    """One record too few for a batch."""
    return make_all(name, directory, items, **given)[:-1]


def stumble(name: str, directory: str, times: int, error: str, **given: Any) -> dict[str, Any]:
    """Fails so many times for the same arguments, then gives a record."""
    _called(directory, name, given)
    path = Path(directory) / f"{name}-{_digest(given)}.attempts"
    with path.open("a") as file:
        file.write(".")
    if path.stat().st_size <= times:
        raise _ERRORS[error](f"{name} stumbled")
    return _record(name, given, 0)


def fail_sometimes(name: str, directory: str, one_in: int, error: str, **given: Any) -> dict[str, Any]:
    """Fails for one of so many arguments."""
    _called(directory, name, given)
    if crc32(_text(given).encode()) % one_in == 0:
        raise _ERRORS[error](f"{name} failed")
    return _record(name, given, 0)


def _record(name: str, given: dict[str, Any], size: int) -> dict[str, Any]:
    text = _text(given)
    number = crc32(f"{name} {text}".encode()) % 1000
    return {
        "name": name,
        "number": number,
        "even": number % 2 == 0,
        "items": [number + index for index in range(number % 4)],
        "rows": [{"row": index, "of": number, "cells": list(range(index))} for index in range(number % 3)],
        "given": given if len(text) <= _LONGEST else _digest(given),
        "odd key": {"ä/~1": number - 500},
        "ratio": number / 8,
        "text": f"{name} yö 🦆 {number}",
        "body": "b" * size,
    }


def _called(directory: str, name: str, given: dict[str, Any]) -> None:
    with (Path(directory) / "calls").open("a") as file:
        file.write(f"{name} {_digest(given)}\n")


def _text(given: dict[str, Any]) -> str:
    return json.dumps(given, sort_keys=True)


def _digest(given: dict[str, Any]) -> str:
    return hashlib.sha256(_text(given).encode()).hexdigest()[:12]
