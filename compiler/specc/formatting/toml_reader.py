"""A TOML text as statements with their comments. Made for valid text, which `tomllib` has read already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specc.formatting.gaps import Gaps, Remark, share
from specc.formatting.layout import Collection, Item, Literal
from specc.source.toml_spans import SCALAR, STRING

_KEY_PART = re.compile(rf"{STRING.pattern}|[A-Za-z0-9_-]++", re.DOTALL)
_PLAIN_LITERAL = re.compile(r"'(?!'')([^'\"\\]*+)'")
_BLANK_IN_DATE = re.compile(r"(\d{4}-\d\d-\d\d) (?=\d)")


@dataclass(slots=True)
class Statement:
    """`[a.b]`, `[[a.b]]`, `key = value`, or the end of the text."""

    text: str
    """The header, or the key with `=`; at the end nothing."""
    value: Literal | Collection | None
    """None for a header and at the end."""
    remarks: list[Remark]
    """The comments since the last statement."""
    blank: bool
    """Whether an empty line stands directly before it."""


class TomlReader:
    """One run over a text."""

    def __init__(self, text: str) -> None:
        self.gaps = Gaps(text)

    def statements(self) -> Iterator[Statement]:
        """All statements in order, and the end of the text."""
        gaps = self.gaps
        while True:
            gaps.skip()
            remarks, blank = gaps.take(), gaps.line_ends > 1
            if gaps.position == len(gaps.text):
                yield Statement("", None, remarks, blank)
                return
            if gaps.at("["):
                yield Statement(self._header(), None, remarks, blank)
            else:
                yield Statement(f"{self._key()} = ", self._assigned(), remarks, blank)

    def _word(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.gaps.text, self.gaps.position)
        return self.gaps.read(found.end()) if found else ""

    def _sign(self, sign: str) -> bool:
        """Pass over `sign` when it is next."""
        return self.gaps.at(sign) and bool(self.gaps.read(self.gaps.position + len(sign)))

    def _header(self) -> str:
        brackets = 2 if self.gaps.at("[[") else 1
        self.gaps.read(self.gaps.position + brackets)
        text = "[" * brackets + self._key() + "]" * brackets
        self.gaps.read(self.gaps.position + brackets)
        return text

    def _key(self) -> str:
        parts = []
        while True:
            self.gaps.skip()
            parts.append(_double_quoted(self._word(_KEY_PART)))
            self.gaps.skip()
            if not self._sign("."):
                return ".".join(parts)

    def _assigned(self) -> Literal | Collection:
        self._sign("=")
        self.gaps.skip()
        return self._value()

    def _value(self) -> Literal | Collection:
        if self._sign("["):
            return self._items(Collection("[", "]", "", breakable=True))
        if self._sign("{"):
            return self._items(Collection("{", "}", " ", breakable=False))
        if string := self._word(STRING):
            return Literal(_double_quoted(string))
        return Literal(_BLANK_IN_DATE.sub(r"\1T", self._word(SCALAR)))

    def _items(self, collection: Collection) -> Collection:
        """What stands between the brackets of a list or an inline table, comments included."""
        above: list[str] = []
        while True:
            self.gaps.skip()
            share(self.gaps, collection, above)
            if self._sign(","):
                collection.spread = True
            elif self._sign(collection.closing):
                collection.below = above
                return collection
            else:
                prefix = f"{self._key()} = " if collection.opening == "{" else ""
                value = self._assigned() if prefix else self._value()
                collection.items.append(Item(prefix, value, above))
                collection.spread, above = False, []


def _double_quoted(string: str) -> str:
    """A string in single quotes with double ones, where both mean the same."""
    return f'"{found[1]}"' if (found := _PLAIN_LITERAL.fullmatch(string)) else string
