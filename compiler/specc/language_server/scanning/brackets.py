"""What stands inside of brackets: JSON, the flow style of YAML, inline tables and arrays of TOML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from specc.language_server.scanning.spot import Spot, none
from specc.language_server.scanning.strings import decoded, literal_at
from specc.source.side_table import Path

_MAX_OPEN = 200


class Dialect(NamedTuple):
    """How a format writes what is in brackets."""

    separator: str
    comment: str
    blanks: re.Pattern[str]
    word: re.Pattern[str]
    """A key or a value without quotes."""
    stop: re.Pattern[str] | None
    """What at the beginning of a line tells that the brackets were never closed."""
    dotted: bool = False
    """Whether `a.b` is a key in a key."""
    long: bool = False
    doubled: bool = False


JSON = Dialect(":", "", re.compile(r"[ \t\r\n]*+"), re.compile(r"[^\s,:\[\]{}\"]++"), None)
TOML = Dialect(
    "=",
    "#",
    re.compile(r"[ \t]*+"),
    re.compile(r"\d{4}-\d\d-\d\d \d[^\s,\]}#]*+|[^\s,=\[\]{}\"'#]++"),
    re.compile(
        r"[ \t]*(?:[A-Za-z_][\w.-]*[ \t]*="
        r"|(?!(?:true|false|inf|nan)\b)[A-Za-z_][\w.-]*[ \t]*\r?$"
        r"|\[\[?(?!true|false|inf|nan)[A-Za-z_][\w. \t.\"'-]*\]\]?[ \t]*(?:#|\r?$))",
        re.MULTILINE,
    ),
    dotted=True,
    long=True,
)
YAML = Dialect(
    ":",
    "#",
    re.compile(r"[ \t]*+"),
    re.compile(r"[^\s,\[\]{}\"'#:](?:[^\n,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)#)*+"),
    None,
    doubled=True,
)


def _balanced(depth: int) -> str:
    """The pattern of a whole object or list of JSON, nested no deeper than this."""
    inner = "".join(f"|{part}" for part in ((_balanced(depth - 1),) if depth else ()))
    content = rf'(?:[^{{}}\[\]"]++|"(?:[^"\\\n]++|\\.)*+"{inner})*+'
    return rf"(?:\{{{content}\}}|\[{content}\])"


_WHOLE = re.compile(_balanced(4))
"""What ends before the offset need not be looked into."""


class Outside(NamedTuple):
    """The brackets end before the offset."""

    end: int


@dataclass(slots=True)
class _Frame:
    """A table or a list that is open."""

    path: Path
    table: bool
    index: int = 0
    key: Path | None = None
    """Of the value that is to follow, in a table."""
    filled: bool = False
    """Whether the key or value before the next comma is there."""
    names: Path = ()
    """The last key; of a dotted one all its parts."""
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def value_follows(self) -> bool:
        """Whether the next thing is a value."""
        return not self.table or self.key is not None

    def value_path(self) -> Path:
        """Of the value that stands next."""
        return (self.key or self.path) if self.table else (*self.path, self.index)


def scan(text: str, start: int, offset: int, path: Path, dialect: Dialect, depth: int = -1) -> Spot | Outside:
    """What stands at `offset` inside of the brackets that open at `start` as the value of `path`.

    Lines that are indented no deeper than `depth` are not part of the brackets (YAML).
    """
    return _Scan(text, offset, dialect, depth).run(start, path)


class _Scan:
    def __init__(self, text: str, offset: int, dialect: Dialect, depth: int) -> None:
        self.text, self.offset, self.dialect, self.depth = text, offset, dialect, depth
        self.frames: list[_Frame] = []

    def run(self, start: int, path: Path) -> Spot | Outside:
        text, offset, dialect = self.text, self.offset, self.dialect
        self.frames.append(_Frame(path, text[start] == "{"))
        position = start + 1
        while True:
            blanks = dialect.blanks.match(text, position)
            assert blanks is not None
            token = blanks.end()
            if token >= offset and not self._word_at(token):
                return self._blank(offset)
            if token >= len(text):
                return self._blank(offset) if offset <= token else Outside(token)
            char = text[token]
            if char == "\n" and dialect.blanks is not JSON.blanks:
                if self._stops(token + 1):
                    return Outside(token)
                position = token + 1
            elif dialect.comment and char == dialect.comment:
                end = text.find("\n", token)
                position = len(text) if end < 0 else end
                if token < offset <= position:
                    return none(self.frames[-1].path, offset)
            elif char in "\"'" and (char == '"' or dialect is not JSON):
                found = self._string(token)
                if isinstance(found, Spot):
                    return found
                position = found
            else:
                word = dialect.word.match(text, token)
                whole = _WHOLE.match(text, token, offset) if dialect is JSON and char in "[{" else None
                if whole is not None and self.frames[-1].value_follows:
                    position = whole.end()
                    self._note(self.frames[-1], token, position)
                elif word is None:
                    position = token + 1
                    if self._mark(char, token):
                        return Outside(position)
                else:
                    position = token + len(word[0].rstrip())
                    if token <= offset <= position:
                        return self._word(token, position)
                    self._take(token, position)

    def _word_at(self, token: int) -> bool:
        """Whether a word begins just at the offset."""
        return token == self.offset and token < len(self.text) and self.dialect.word.match(self.text, token) is not None

    def _stops(self, line: int) -> bool:
        """Whether the line that begins here cannot be part of the brackets."""
        text, frame = self.text, self.frames[-1]
        if self.dialect is TOML:
            assert TOML.stop is not None
            return frame.table or TOML.stop.match(text, line) is not None
        end = text.find("\n", line)
        content = text[line : len(text) if end < 0 else end]
        return bool(content.strip()) and len(content) - len(content.lstrip(" ")) <= self.depth

    def _mark(self, char: str, token: int) -> bool:
        """Take a bracket, a comma or a separator; whether the outermost bracket closed."""
        frame = self.frames[-1]
        if char in "[{" and len(self.frames) < _MAX_OPEN:
            if not frame.value_follows:
                return False  # a bracket where a key belongs
            self._note(frame, token, token + 1)
            self.frames.append(_Frame(frame.value_path(), char == "{"))
        elif char in "]}":
            fits = next(
                (at for at in range(len(self.frames) - 1, -1, -1) if self.frames[at].table == (char == "}")), None
            )
            if fits is None:
                return False
            del self.frames[fits:]
            if not self.frames:
                return True
            self.frames[-1].filled = True
        elif char == ",":
            frame.index += 1
            frame.key, frame.filled = None, False
        elif char == self.dialect.separator and frame.table and frame.filled and frame.key is None:
            frame.key, frame.filled = (*frame.path, *frame.names), False
        return False

    def _note(self, frame: _Frame, start: int, end: int) -> None:
        """Keep the source of a value."""
        frame.filled = True
        if frame.table and frame.key is not None:
            frame.keys[".".join(map(str, frame.names))] = self.text[start:end]

    def _take(self, start: int, end: int) -> None:
        """Go on after a key or a value."""
        frame = self.frames[-1]
        if frame.table and frame.key is None:
            source = self.text[start:end]
            dotted = self.dialect.dotted and source[0] not in "\"'"
            names = tuple(filter(None, source.split("."))) if dotted else (_plain(source),)
            frame.names = (*frame.names, *names) if frame.filled and self.dialect.dotted else names
            frame.keys[".".join(map(str, frame.names))] = ""
            frame.filled = True
        else:
            self._note(frame, start, end)

    def _string(self, start: int) -> Spot | int:
        found = literal_at(self.text, start, long=self.dialect.long, doubled=self.dialect.doubled)
        inside = start < self.offset < found.end or (not found.closed and start < self.offset <= found.end)
        if not inside:
            frame = self.frames[-1]
            if self.dialect is JSON and frame.table and frame.filled and frame.key is not None:
                frame.key, frame.filled = None, False  # the comma before this key is missing
            self._take(start, found.end)
            return found.end
        end = found.end if found.closed else self._typed_end(start + len(found.quote), found.end)
        return self._spot(start, end, found.quote, closed=found.closed)

    def _typed_end(self, start: int, end: int) -> int:
        """Where a string that never ends was probably to end: at what follows the word at the offset."""
        for at in range(max(start, self.offset), end):
            if self.text[at] in ",]}: \t":
                return at
        return end

    def _word(self, start: int, end: int) -> Spot:
        return self._spot(start, end, "", closed=True)

    def _blank(self, offset: int) -> Spot:
        frame = self.frames[-1]
        if frame.table and frame.key is None and frame.filled and "\n" not in self.text[self._line(offset) : offset]:
            return Spot("none", frame.path, offset, offset, brackets=True, written=self._written())
        if frame.filled and frame.value_follows:
            return Spot("none", frame.value_path(), offset, offset, brackets=True, written=self._written())
        return self._spot(offset, offset, "", closed=True)

    def _line(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _spot(self, start: int, end: int, quote: str, *, closed: bool) -> Spot:
        frame = self.frames[-1]
        if self.dialect is JSON and frame.table and frame.filled and frame.key is not None:
            frame.key = None  # the comma before this key is missing
        if frame.value_follows:
            return Spot(
                "value", frame.value_path(), start, end, quote, closed, brackets=True, written=self._written(),
                unspaced=self.dialect is YAML and self.text[self.offset - 1 : self.offset] == ":",
            )  # fmt: skip
        path = frame.path
        if self.dialect.dotted and not quote:
            *tables, word = self.text[start : max(self.offset, start)].split(".")
            path = (*path, *(frame.names if frame.filled else ()), *filter(None, tables))
            start = self.offset - len(word)
            dot = self.text.find(".", self.offset, end)
            end = dot if dot >= 0 else end
        rest = self.dialect.blanks.match(self.text, end)
        after = rest.end() if rest else end
        separated = self.text.startswith(self.dialect.separator, after)
        dotted = self.dialect.dotted and self.text.startswith(".", end)
        return Spot("key", path, start, end, quote, closed, separated or dotted, brackets=True, written=self._written())

    def _written(self) -> dict[Path, dict[str, str]]:
        return {frame.path: dict(frame.keys) for frame in self.frames if frame.table}


def _plain(source: str) -> str:
    """What a key says that is written like this."""
    if source[:1] in ('"', "'") and len(source) > 1:
        end = -1 if source[-1] == source[0] else None
        return decoded(source[1:end], source[0])
    return source
