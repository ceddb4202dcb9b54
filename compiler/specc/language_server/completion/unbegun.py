"""Values of which nothing is typed: lists of one name, tables as an example has them, defaults by their type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from specc.language_server.completion import tables
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion

_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "string": ("",), "integer": (0,), "number": (0,), "boolean": (False, True), "array": ([],), "object": ({},),
    "duration": ("5m",),
}  # fmt: skip
"""What a parameter of a type is by default, if nobody knows better."""


def is_unbegun(request: Request) -> bool:
    """Whether the cursor is in a value of which there is nothing yet, not even on the lines below."""
    cursor = request.cursor
    begun = cursor.kind != "value" or cursor.spot.quote or cursor.spot.start != cursor.spot.end
    return not begun and not isinstance(request.at(*request.path), dict | list)


def first_item(request: Request) -> Request | None:
    """The question that is asked in the brackets of a list, where those are missing."""
    key = tables.key_at(request.path)
    if key is None or key.shape != "list" or isinstance(request.path[-1], int):
        return None
    spot = replace(request.cursor.spot, path=(*request.path, 0))
    return Request(request.analysis, replace(request.cursor, spot=spot), request.client)


def example_table(request: Request) -> Iterator[Suggestion]:
    """A table with the language's keys, as the example of its key has it."""
    key = tables.key_at(request.path)
    made_up = request.path[:1] == ("tests",)  # what is expected has the names of the user's own steps and outputs
    if (
        made_up
        or key is None
        or key.example is None
        or not key.example.startswith("{")
        or not tables.has_keys(request.path)
    ):
        return
    from specc.source.notation import in_format

    cursor = request.cursor
    text = in_format(f"`{key.example}`", cursor.format)[1:-1]
    yield Suggestion(text, Kind.Struct, "for example", key.about, _spaced(request, text), rank=8)


def as_list(request: Request, one: Suggestion, value: object) -> Suggestion:
    """The suggestion of a list that holds one value."""
    text = json.dumps([value], ensure_ascii=False)
    return replace(one, insert=_spaced(request, text), filter=one.label)


def defaults(request: Request) -> Iterator[Any]:
    """What the default of a parameter may be."""
    match request.path:
        case ("params", str(name), "default"):
            declared = request.table(("params", name))
            choices = declared.get("enum")
            yield from choices if isinstance(choices, list) else _DEFAULTS.get(str(declared.get("type")), ())


def _spaced(request: Request, text: str) -> str:
    return (" " if request.cursor.spot.unspaced else "") + text
