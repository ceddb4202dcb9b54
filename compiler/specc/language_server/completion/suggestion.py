"""What is offered, and how a client is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types

from specc.language_server.positions import Positions

Kind = types.CompletionItemKind


@dataclass(frozen=True, slots=True)
class Client:
    """What the editor can show, and what it wants."""

    snippets: bool = True
    """Whether it understands places to fill in."""
    markdown: bool = True
    schema: bool = True
    """Whether it wants the keys and values that the JSON Schema knows; it may have them from another client."""
    folders: tuple[Path, ...] = ()
    """The folders that it has open."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that can be typed here."""

    label: str
    kind: Kind
    detail: str = ""
    about: str = ""
    """Markdown."""
    insert: str | None = None
    """What is typed; the label when None."""
    snippet: str | None = None
    """What is typed where places to fill in are understood."""
    rank: int = 5
    """Lower ones come first; among equals the order in which they are given."""
    deprecated: bool = False
    filter: str | None = None
    """What it is found by; what is typed when None."""
    place: tuple[int, int] | None = None
    """What it replaces, where that is not what all replace."""


_MOST = 200
"""So many are sent at once; as more is typed, the client asks again."""


def to_list(
    found: Iterable[Suggestion], start: int, end: int, typed: str, positions: Positions, client: Client
) -> types.CompletionList:
    """The suggestions as the protocol has them, each replacing `[start, end)`; one of each label.

    Of very many only those that go with what is `typed` are sent.
    """
    known: dict[str, Suggestion] = {}
    for one in sorted(found, key=lambda item: item.rank):
        known.setdefault(one.label, one)
    kept = list(known.values())
    incomplete = len(kept) > _MOST
    if incomplete:
        letters = typed.strip("\"'").lower()
        kept = sorted(
            (one for one in kept if _goes_with(letters, one)),
            key=lambda one: not one.label.lower().startswith(letters),
        )[:_MOST]
    whole = positions.range(start, end)
    items = [
        _item(one, number, whole if one.place is None else positions.range(*one.place), client)
        for number, one in enumerate(kept)
    ]
    return types.CompletionList(incomplete, items)


def _goes_with(letters: str, one: Suggestion) -> bool:
    """Whether the letters are there in this order, as editors compare."""
    rest = iter((one.filter or one.insert or one.label).lower())
    return all(letter in rest for letter in letters)


def _item(one: Suggestion, number: int, range: types.Range, client: Client) -> types.CompletionItem:
    inserted = one.insert if one.insert is not None else one.label
    is_snippet = one.snippet is not None and client.snippets
    written = one.snippet if is_snippet and one.snippet is not None else inserted
    return types.CompletionItem(
        label=one.label,
        kind=one.kind,
        detail=one.detail or None,
        documentation=_documentation(one.about, client) if one.about else None,
        sort_text=f"{number:05}",
        filter_text=one.filter if one.filter is not None else inserted.strip(),
        tags=[types.CompletionItemTag.Deprecated] if one.deprecated else None,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AdjustIndentation if "\n" in written else None,
        text_edit=types.TextEdit(range, written),
    )


def _documentation(text: str, client: Client) -> types.MarkupContent:
    if client.markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.MarkupContent(types.MarkupKind.PlainText, text.replace("`", ""))


def placeholder(text: str) -> str:
    """A text as a snippet has it that says just this."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
