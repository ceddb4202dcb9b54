"""What the standard output of a program is read as."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from specc_runtime.errors import OutputMismatch


def value_of(output: bytes, shown: str, result: str) -> Any:
    """The value. Raises `OutputMismatch`, which calls the program `shown`.

    `text` is the output without the newlines at its end, as `$(...)` gives it in a shell; `json` is its value; `lines`
    are texts; `jsonl` are the values of the lines that are not empty; `csv` are the rows as tables of texts, by the
    names in the first one.
    """
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        raise OutputMismatch(
            f"`{shown}` printed what is not UTF-8, at byte {error.start:,}; have it write a file"
        ) from None
    if result == "text":
        return text.rstrip("\n")
    try:
        return _READERS[result](text)
    except ValueError as error:
        raise OutputMismatch(f"`{shown}` printed {error}") from None


def _json(text: str) -> Any:
    if not text.strip():
        raise ValueError("nothing, where its step expects JSON")
    return _parsed(text, 1)


def _lines(text: str) -> list[str]:
    found = text.split("\n")
    return [line.removesuffix("\r") for line in (found[:-1] if not found[-1] else found)]


def _jsonl(text: str) -> list[Any]:
    return [_parsed(line, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _csv(text: str) -> list[Any]:
    from specc_runtime.actions.items import ItemsError, rows

    try:
        return rows(text, "its output")
    except ItemsError as error:
        raise ValueError(f"what is not CSV: {error}") from None


def _parsed(text: str, first: int) -> Any:
    """`first` is the number of the first line of `text`."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"{error.msg.removesuffix(' at')} at line {first + error.lineno - 1}, column {error.colno}"
        line = text.split("\n")[error.lineno - 1][:80]
        raise ValueError(f"what is not JSON: {place}" + (f": {line}" if line else "")) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"what is not JSON: {error}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"`{text}` is no number that JSON has")


_READERS: dict[str, Callable[[str], Any]] = {"json": _json, "lines": _lines, "jsonl": _jsonl, "csv": _csv}
