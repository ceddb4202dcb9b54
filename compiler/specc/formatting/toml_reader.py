"""A TOML text as statements with their comments. Made for valid text, which `tomllib` has read already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specc.formatting.layout import Collection, Item, Literal
from specc.source.toml_spans import SCALAR, STRING

_SPACE = re.compile(r"[ \t]*+")
_BLANK_LINES = re.compile(r"(?:[ \t]*+\n)++")
_COMMENT = re.compile(r"#[^\n]*+")
_KEY_PART = re.compile(rf"{STRING.pattern}|[A-Za-z0-9_-]++", re.DOTALL)
_PLAIN_LITERAL = re.compile(r"'(?!'')([^'\"\\]*+)'")
_TIME_AFTER_BLANK = re.compile(r"(\d{4}-\d\d-\d\d) (?=\d)")


@dataclass(slots=True)
class Blank:
    """One or more empty lines."""


@dataclass(slots=True)
class Comment:
    """A comment on a line of its own."""

    text: str


@dataclass(slots=True)
class Header:
    """`[a.b]` or `[[a.b]]`."""

    text: str
    beside: str = ""


@dataclass(slots=True)
class Pair:
    """`key = value`."""

    key: str
    value: Literal | Collection
    beside: str = ""


Statement = Blank | Comment | Header | Pair


class TomlReader:
    """One run over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def statements(self) -> Iterator[Statement]:
        """Everything that has lines of its own, in order."""
        size = len(self.text)
        while True:
            if self._take(_BLANK_LINES):
                yield Blank()
            self._take(_SPACE)
            if self.position >= size:
                return
            if comment := self._comment():
                yield Comment(comment)
            elif self.text[self.position] == "[":
                yield Header(self._header(), self._beside())
            else:
                yield Pair(self._key(), self._assigned(), self._beside())
            self._end_line()

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.position)
        if found is None:
            return ""
        self.position = found.end()
        return found[0]

    def _next(self, sign: str) -> bool:
        """Pass over `sign` when it is next."""
        if not self.text.startswith(sign, self.position):
            return False
        self.position += len(sign)
        return True

    def _comment(self) -> str:
        return self._take(_COMMENT).rstrip()

    def _beside(self) -> str:
        self._take(_SPACE)
        return self._comment()

    def _end_line(self) -> None:
        self._take(_SPACE)
        self._next("\n")

    def _header(self) -> str:
        brackets = 2 if self.text.startswith("[[", self.position) else 1
        self.position += brackets
        text = "[" * brackets + self._key() + "]" * brackets
        self.position += brackets
        return text

    def _key(self) -> str:
        parts = []
        while True:
            self._take(_SPACE)
            parts.append(_double_quoted(self._take(_KEY_PART)))
            self._take(_SPACE)
            if not self._next("."):
                return ".".join(parts)

    def _assigned(self) -> Literal | Collection:
        self._next("=")
        self._take(_SPACE)
        return self._value()

    def _value(self) -> Literal | Collection:
        if self._next("["):
            return self._items(Collection("[", "]", "", breakable=True))
        if self._next("{"):
            return self._items(Collection("{", "}", " ", breakable=False))
        if string := self._take(STRING):
            return Literal(_double_quoted(string))
        return Literal(_TIME_AFTER_BLANK.sub(r"\1T", self._take(SCALAR)))

    def _items(self, collection: Collection) -> Collection:
        """What stands between the brackets of a list or an inline table, comments included."""
        table = collection.opening == "{"
        waiting = _Waiting(collection)
        while True:
            self._take(_SPACE)
            if comment := self._comment():
                waiting.comment(comment)
            elif self._next("\n"):
                waiting.line_end()
            elif self._next(","):
                collection.spread, waiting.line_is_empty = True, False
            elif self._next(collection.closing):
                collection.below = waiting.above
                return collection
            else:
                collection.spread = False
                prefix = f"{self._key()} = " if table else ""
                waiting.item(Item(prefix, self._assigned() if table else self._value()))


class _Waiting:
    """Gives the comments of a collection to the item that they stand beside or above."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.above: list[str] = []
        self.line_has_item = True
        """Whether a comment on this line stands beside something."""
        self.line_is_empty = False

    def comment(self, text: str) -> None:
        """A comment, which ends its line."""
        owner = self.collection.items[-1] if self.collection.items else self.collection
        if self.line_has_item and not owner.beside and not self.above:
            owner.beside = text
        else:
            self.above.append(text)
        self.line_is_empty = False

    def line_end(self) -> None:
        """The end of a line, which may be an empty one."""
        if self.line_is_empty:
            self.above.append("")
        self.line_has_item, self.line_is_empty = False, True

    def item(self, item: Item) -> None:
        """An item, which is below all comments since the last one."""
        item.above, self.above = self.above, []
        self.collection.items.append(item)
        self.line_has_item, self.line_is_empty = True, False


def _double_quoted(string: str) -> str:
    """A string in single quotes with double ones, where both mean the same."""
    return f'"{found[1]}"' if (found := _PLAIN_LITERAL.fullmatch(string)) else string
