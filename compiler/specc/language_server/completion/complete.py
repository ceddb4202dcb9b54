"""Completion: what is offered at an offset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.language_server.analysis import Analysis
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Client, Suggestion, to_list
from specc.language_server.cursor import cursor_at

if TYPE_CHECKING:
    from lsprotocol import types

_WITHOUT_STEPS = 400
"""A text no longer than this, in which no step begins, is offered a whole spec."""


def complete(analysis: Analysis, offset: int, client: Client | None = None) -> types.CompletionList:
    """What may be typed at an offset, the likeliest first."""
    asking = client or Client()
    cursor = cursor_at(analysis.text, analysis.format, offset)
    request = Request(analysis, cursor, asking)
    if cursor.expression is not None:
        from specc.language_server.completion.expression import in_expression

        found, (start, end) = in_expression(request), cursor.word
    else:
        found, (start, end) = _suggestions(request), _replaced(request)
    return to_list(found, start, end, cursor.text[start : cursor.offset], analysis.positions, asking)


def _replaced(request: Request) -> tuple[int, int]:
    """What a suggestion replaces: the word, or what of it stands on the cursor's line."""
    cursor = request.cursor
    start, end = cursor.spot.start, cursor.spot.end
    text = cursor.text
    if "\n" in text[start:end]:
        start = max(start, text.rfind("\n", 0, cursor.offset) + 1)
        line_end = text.find("\n", cursor.offset)
        end = min(end, line_end if line_end >= 0 else len(text))
    return start, end


def _suggestions(request: Request) -> Iterator[Suggestion]:
    cursor = request.cursor
    if request.client.schema and not request.at("steps") and len(cursor.text) <= _WITHOUT_STEPS:
        from specc.language_server.completion.whole import whole_spec

        yield from whole_spec(request)
    if cursor.kind == "header":
        from specc.language_server.completion.headers import in_header

        yield from in_header(request)
    elif cursor.kind == "key":
        from specc.language_server.completion.keys import in_key

        yield from in_key(request, request.path)
        if cursor.spot.brackets or cursor.format != "yaml" or cursor.spot.separated:
            return
        from specc.language_server.completion.values import in_value

        yield from in_value(request)
    elif cursor.kind == "value":
        from specc.language_server.completion.values import in_value

        yield from in_value(request)
        if cursor.spot.maybe_key:
            from specc.language_server.completion.keys import in_key

            yield from in_key(request, request.path)
