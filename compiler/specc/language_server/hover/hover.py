"""What stands under the pointer, in Markdown: the most specific thing that is known of it."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol import types

from specc.language_server.analysis import Analysis
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Client
from specc.language_server.cursor import Cursor, cursor_at


class Told(NamedTuple):
    """A text in Markdown, and the characters of the spec that it is about."""

    text: str
    start: int
    end: int


def hover(analysis: Analysis, offset: int, *, markdown: bool = True, schema: bool = True) -> types.Hover | None:
    """What is told of an offset; None when there is nothing to tell.

    Without `schema` another client tells what the JSON Schema says, and this one is silent about that.
    """
    cursor = cursor_at(analysis.text, analysis.format, offset)
    found = _told(Request(analysis, cursor, Client(schema=schema)), schema=schema)
    if found is None or not found.text.strip():
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    text = found.text.strip() if markdown else _plain(found.text).strip()
    return types.Hover(types.MarkupContent(kind, text), analysis.positions.range(found.start, found.end))


def _told(request: Request, *, schema: bool) -> Told | None:
    from specc.language_server.hover.names import about_name

    analysis, cursor = request.analysis, request.cursor
    index = analysis.index
    occurrence = index.at(analysis.name, cursor.offset) if index is not None else None
    if occurrence is not None:
        text = about_name(request, occurrence.symbols)
        if text:
            return Told(text, occurrence.start, occurrence.end)
    if cursor.kind == "value":
        found = _in_value(request)
        if found is not None:
            return found
    return _of_key(request, schema=schema)


def _in_value(request: Request) -> Told | None:
    from specc.language_server.hover.code import about_action
    from specc.language_server.hover.expressions import about_expression

    found = about_expression(request)
    if found is not None:
        return found
    text = about_action(request)
    return Told(text, request.cursor.content_start, request.cursor.content_end) if text else None


def _of_key(request: Request, *, schema: bool) -> Told | None:
    from specc.language_server.hover.code import about_argument
    from specc.language_server.hover.keys import about_choice, about_key

    cursor = request.cursor
    if cursor.kind in ("key", "header") and cursor.whole:
        text = about_argument(request) or (about_key((*request.path, cursor.whole)) if schema else "")
    elif cursor.kind == "value" and schema:
        text = about_choice(request.path, cursor.whole)
    else:
        text = ""
    return Told(text, *_word(cursor)) if text else None


def _word(cursor: Cursor) -> tuple[int, int]:
    return cursor.content_start, cursor.content_end


def _plain(text: str) -> str:
    """Markdown for an editor that shows it as it is."""
    lines = [line for line in text.split("\n") if not line.startswith("```")]
    return "\n".join(lines).replace("**", "").replace("`", "")
