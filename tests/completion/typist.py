"""Somebody who types into an editor: letters, and suggestions that are taken."""

from __future__ import annotations

import re
from typing import Any

from language_client import LanguageClient
from language_texts import CURSOR, edited, offset_at, position_at

_PLACE = re.compile(
    r"\\(?P<escaped>[\\$}])|\$(?P<bare>\d)|\$\{(?P<number>\d)(?::(?P<text>(?:[^}\\]|\\.)*)|\|(?P<choices>[^}]*?)\|)?\}"
)


class Typist:
    """One open document and a cursor in it."""

    def __init__(self, client: LanguageClient, uri: str, marked: str) -> None:
        self.client = client
        self.uri = uri
        before, after = marked.split(CURSOR)
        self.text, self.offset = before + after, len(before)
        client.change(uri, self.text)

    def items(self) -> dict[str, dict[str, Any]]:
        """What is offered at the cursor, by label."""
        found = self.client.completion(self.uri, position_at(self.text, self.offset))
        return {item["label"]: item for item in found}

    def type(self, letters: str) -> None:
        """Type letters at the cursor."""
        self._set(self.text[: self.offset] + letters + self.text[self.offset :], self.offset + len(letters))

    def take(self, label: str) -> None:
        """Take a suggestion; the cursor goes to its first place to fill in, or to its end."""
        offered = self.items()
        assert label in offered, f"{label} is not offered, but {list(offered)}"
        item = offered[label]
        edit = item["textEdit"]
        start, end = (offset_at(self.text, edit["range"][side]) for side in ("start", "end"))
        assert start <= self.offset <= end
        assert edit["range"]["start"]["line"] == edit["range"]["end"]["line"], "an edit of more than one line"
        typed = self.text[start : self.offset]
        assert item["filterText"].lower().startswith(typed.lower()), (
            f"no client finds {item['filterText']!r} by {typed!r}"
        )
        inserted, place = edit["newText"], len(edit["newText"])
        if item.get("insertTextFormat") == 2:
            inserted, place = expanded(inserted)
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        indent = line[: len(line) - len(line.lstrip(" "))]
        place += inserted[:place].count("\n") * len(indent)
        inserted = inserted.replace("\n", "\n" + indent)
        after = edited(self.text, [{"range": edit["range"], "newText": inserted}])
        assert after != self.text
        self._set(after, start + place)

    def end_of_line(self) -> None:
        """Go to the end of the line."""
        end = self.text.find("\n", self.offset)
        self.offset = len(self.text) if end < 0 else end

    def next_place(self, letters: str) -> None:
        """Go right after the next occurrence of some letters."""
        self.offset = self.text.index(letters, self.offset) + len(letters)

    def _set(self, text: str, offset: int) -> None:
        self.text, self.offset = text, offset
        self.client.change(self.uri, text)


def expanded(snippet: str) -> tuple[str, int]:
    """The text of a snippet whose places are left as they are, and where the first of them is (that of `$0` last)."""
    parts: list[str] = []
    places: dict[int, int] = {}
    size = position = 0
    for found in _PLACE.finditer(snippet):
        parts.append(snippet[position : found.start()])
        size += len(parts[-1])
        position = found.end()
        if found["escaped"]:
            parts.append(found["escaped"])
        else:
            number = int(found["bare"] or found["number"])
            places.setdefault(number or 99, size)
            text = found["choices"].split(",")[0] if found["choices"] else found["text"] or ""
            parts.append(re.sub(r"\\(.)", r"\1", text))
        size += len(parts[-1])
    text = "".join([*parts, snippet[position:]])
    return text, places[min(places)] if places else len(text)
