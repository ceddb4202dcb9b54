"""How keys and values are written, in the three formats."""

from __future__ import annotations

import json
import re
from typing import Any

from specc.language_server.completion.suggestion import Suggestion, placeholder
from specc.language_server.cursor import Cursor
from specc.source.writing import YAML_WORDS, written_key

_YAML_PLAIN = re.compile(r"[A-Za-z0-9_./][^\s#\[\]{},&*!|>'\"%@`]*")
_NUMBER = re.compile(r"[-+.\d][\d_.eE+-]*")


def written_value(cursor: Cursor, value: Any) -> str:
    """A scalar, as it stands after its key."""
    plain = isinstance(value, str) and cursor.format == "yaml" and _YAML_PLAIN.fullmatch(value) and value[-1] != ":"
    if plain and value.lower() not in YAML_WORDS and not _NUMBER.fullmatch(value):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def value_of(cursor: Cursor, one: Suggestion, value: Any, *, unfinished: bool = False) -> Suggestion:
    """The suggestion of a value: what it replaces, and what is written for it.

    An `unfinished` text goes on being typed, so that no quotation mark ends it.
    """
    spot = cursor.spot
    if isinstance(value, str) and cursor.kind == "value" and spot.quote and "\n" not in cursor.whole:
        inner = _inside(cursor, value)
        ending = "" if spot.closed or unfinished else spot.quote
        return _replace(one, inner + ending, value, (cursor.content_start, cursor.content_end))
    if isinstance(value, str) and spot.quote in ("|", ">"):
        return _replace(one, value, value, (cursor.word[0], cursor.word[1]))
    text = written_value(cursor, value)
    gap = " " if spot.unspaced else ""
    if unfinished and text.endswith('"') and cursor.format != "yaml":
        snippet = gap + placeholder(text[:-1]) + '$0"'
        return Suggestion(
            one.label, one.kind, one.detail, one.about, gap + text, snippet, one.rank, one.deprecated, str(value)
        )
    if unfinished and cursor.format == "yaml":
        text = str(value)
    typed = cursor.text[spot.start : cursor.offset]
    return _replace(one, gap + text, f"{typed[:1]}{value}" if typed[:1] in "\"'" and typed else _plain(value), None)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _replace(one: Suggestion, insert: str, found_by: str, place: tuple[int, int] | None) -> Suggestion:
    return Suggestion(
        one.label, one.kind, one.detail, one.about, insert, None, one.rank, one.deprecated, found_by, place
    )


def _inside(cursor: Cursor, value: str) -> str:
    """A text as it stands between the quotation marks that are there."""
    quote = cursor.spot.quote[0]
    if quote == '"':
        return json.dumps(value, ensure_ascii=False)[1:-1]
    return value.replace("'", "''") if cursor.format == "yaml" else value


def key_of(cursor: Cursor, one: Suggestion, name: str, value: str) -> Suggestion:
    """The suggestion of a key with a value to fill in, which is a snippet in this format.

    Where the separator is there already, only the key is written. A value may begin with a line end.
    """
    spot = cursor.spot
    written = written_key(name, cursor.format)
    if spot.quote and not written.startswith(spot.quote):
        written = f"{spot.quote}{name}{spot.quote}"
    found_by = f"{spot.quote}{name}" if spot.quote else name
    if spot.separated:
        return _replace(one, written, found_by, None)
    separator = " = " if cursor.format == "toml" else ":" if value.startswith("\n") else ": "
    snippet = placeholder(written) + separator + value + ("," if _entry_follows(cursor) else "")
    return Suggestion(
        one.label, one.kind, one.detail, one.about, written + separator, _indented(cursor, snippet), one.rank,
        one.deprecated, found_by,
    )  # fmt: skip


def _indented(cursor: Cursor, snippet: str) -> str:
    """Lines below the first are indented by the client as the line is; what the word is further in is added here."""
    start = cursor.text.rfind("\n", 0, cursor.offset) + 1
    line = cursor.text[start : cursor.offset]
    further = cursor.spot.indent - (len(line) - len(line.lstrip(" ")))
    return snippet.replace("\n", "\n" + " " * further) if further > 0 else snippet


def _entry_follows(cursor: Cursor) -> bool:
    """Whether another entry of the same brackets follows on a line below, so that a comma is missing."""
    return cursor.format == "json" and cursor.text[cursor.spot.end :].lstrip(" \t\r\n").startswith('"')
