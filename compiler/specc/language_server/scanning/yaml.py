"""What stands at an offset of a YAML text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specc.language_server.scanning import brackets
from specc.language_server.scanning.brackets import Outside
from specc.language_server.scanning.spot import Spot, none
from specc.language_server.scanning.strings import Literal, decoded, literal_at
from specc.source.side_table import Path

_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s#"'\[\]{},&*!|>%@`-](?:[^\n:#]|:(?=\S)|(?<=\S)\#)*?|-(?=\S)[^\n:#]*?)"""
    r"[ \t]*:(?=[ \t\r\n]|\Z)"
)
_LINE = re.compile(r"( *)((?:-(?:[ \t]+|(?=[\r\n]|\Z)))*)")
_DASH = re.compile(r"-(?:[ \t]+|(?=[\r\n]|\Z))")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
_PLAIN = re.compile(r"(?:[^\n#]|(?<=\S)#)*+")
_LINE_ENDS = re.compile(r"\n")


@dataclass(slots=True)
class _Block:
    """A table or a list that lines of some indentation belong to."""

    indent: int
    path: Path
    table: bool
    last: Path = ()
    """The path of the last value of it."""
    open: bool = False
    """Whether that value has not begun."""


def spot_in_yaml(text: str, offset: int) -> Spot:
    """What stands at `offset`, whether the text parses or not."""
    return _Scan(text, offset).run()


class _Scan:
    def __init__(self, text: str, offset: int) -> None:
        self.text, self.offset = text, offset
        self.blocks = [_Block(-1, (), table=False, open=True)]

    def run(self) -> Spot:
        text, offset = self.text, self.offset
        done = 0
        for line in self._lines():
            if line < done:
                continue
            end = text.find("\n", line)
            end = len(text) if end < 0 else end
            found = self._line(line, end)
            if isinstance(found, Spot):
                return found
            done = max(found, end) + 1
        return none(self.blocks[-1].path, offset)

    def _lines(self) -> list[int]:
        """Where the lines begin that matter: those that the offset's line stands below, and those just before it."""
        text, offset = self.text, self.offset
        line = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        content = text[line : len(text) if end < 0 else end]
        indent = _indent(content) if content.strip() else offset - line
        found = [line]
        before = self._before(line, indent)
        if before is None:
            return found
        found[:0] = [at.end() for at in _LINE_ENDS.finditer(text, before, line) if at.end() < line]
        found.insert(0, before)
        while before is not None:
            before = self._above(before, found)
        return found

    def _above(self, line: int, found: list[int]) -> int | None:
        """The line that a line stands below; added with the items before it, when it is an item of a list."""
        indent = _indent(self.text[line : line + 400])
        dash = _DASH.match(self.text, line + indent) is not None
        parent = self._before(line, indent if dash else indent - 1, dash=False) if indent or dash else None
        if dash:
            item = re.compile(rf"^ {{{indent}}}-(?=[ \t\r\n]|\Z)", re.MULTILINE)
            found[:0] = [at.start() for at in item.finditer(self.text, parent or 0, line)]
        if parent is not None:
            found.insert(0, parent)
        return parent

    def _before(self, line: int, indent: int, *, dash: bool = True) -> int | None:
        """The last line before this one that is indented no deeper; without `dash` no item at just this column."""
        no_item = "" if dash else rf"(?! {{{indent}}}-(?:[ \t\r\n]|\Z))"
        pattern = re.compile(rf"^{no_item} {{0,{indent}}}[^\s#]", re.MULTILINE)
        last = None
        for chunk in (4_000, 40_000, len(self.text)):
            start = max(0, self.text.rfind("\n", 0, max(0, line - chunk)) + 1) if line > chunk else 0
            for at in pattern.finditer(self.text, start, line):
                last = at.start()
            if last is not None or start == 0:
                break
        return last

    def _line(self, start: int, end: int) -> Spot | int:
        """Take one line, and what of the following ones belongs to its value; the offset where that ends."""
        text, offset = self.text, self.offset
        head = _LINE.match(text, start, end)
        assert head is not None
        position = start + len(head[1])
        rest = text[position:end].strip()
        here = start <= offset <= end
        if not rest or rest[0] == "#":
            if here:
                return none((), offset) if rest and offset > position else self._blank(offset - start)
            return end
        if rest in ("---", "...") or (rest[0] == "%" and start == position):
            return none((), offset) if here else end
        self._close(position - start, dash=bool(head[2]))
        if here and offset < position:
            return self._blank(offset - start)
        while (dash := _DASH.match(text, position, end)) is not None:
            self._item(position - start)
            if position < offset <= dash.end() and dash.end() >= end:
                return self._value(self.blocks[-1].last, offset, offset, maybe_key=True, indent=offset - start)
            if here and offset == position:
                return none(self.blocks[-1].path, offset)
            position = dash.end()
        return self._content(start, position, end)

    def _close(self, indent: int, *, dash: bool) -> None:
        while self.blocks[-1].indent > indent or (
            self.blocks[-1].indent == indent and not dash and not self.blocks[-1].table
        ):
            self.blocks.pop()

    def _item(self, indent: int) -> None:
        """Begin an item of the list at this indentation."""
        block = self.blocks[-1]
        if not block.table and block.indent == indent and block.indent >= 0:
            block.last = (*block.path, int(block.last[-1]) + 1)
        else:
            path = block.last
            self.blocks.append(_Block(indent, path, table=False, last=(*path, 0)))
        self.blocks[-1].open = True

    def _blank(self, indent: int) -> Spot:
        """What may be typed at a column of a line that is blank so far."""
        while self.blocks[-1].indent > indent:
            self.blocks.pop()
        block = self.blocks[-1]
        if not block.table and block.indent == indent and len(self.blocks) > 1:
            self.blocks.pop()
            block = self.blocks[-1]
        path = block.path if block.table and block.indent == indent else block.last if block.open else block.path
        return Spot("key", path, self.offset, self.offset, indent=indent)

    def _content(self, line: int, position: int, end: int) -> Spot | int:
        text, offset = self.text, self.offset
        column = position - line
        key = _KEY.match(text, position, end)
        if key is None:
            return self._without_key(line, position, end)
        name = _name(key["key"])
        block = self._table(column)
        block.last, block.open = (*block.path, name), True
        quote = key["key"][0] if key["key"][0] in "\"'" else ""
        last = key.end("key")
        if (position < offset < last) if quote else (position <= offset <= last):
            return Spot("key", block.path, position, last, quote, separated=True, indent=column)
        if offset < key.end() and offset >= position:
            return none(block.path, offset)
        properties = _PROPERTIES.match(
            text, key.end() + len(text[key.end() : end]) - len(text[key.end() : end].lstrip(" \t")), end
        )
        value = properties.end() if properties else key.end()
        return self._value_at(block.last, key.end(), value, end, column)

    def _table(self, column: int) -> _Block:
        """The table that a key at this column belongs to."""
        block = self.blocks[-1]
        if block.table and (block.indent == column or not block.open):
            return block
        block.open = False
        self.blocks.append(_Block(column, block.last, table=True))
        return self.blocks[-1]

    def _value_at(self, path: Path, first: int, value: int, end: int, column: int) -> Spot | int:
        """Take a value that begins at `value`, on the line of its key, which ends before `first`."""
        text, offset = self.text, self.offset
        if value >= end or text[value] in "#\r":
            if first <= offset <= value:
                return self._value(path, offset, offset, unspaced=offset == first)
            return none(path, offset) if value < offset <= end else end
        if first <= offset < value:
            return self._value(path, offset, offset, unspaced=offset == first)
        self.blocks[-1].open = False
        return self._scalar(path, value, end, column)

    def _scalar(self, path: Path, value: int, end: int, column: int) -> Spot | int:
        text, offset = self.text, self.offset
        char = text[value]
        if char in "[{":
            if offset == value:
                return none(path, offset)
            found = brackets.scan(text, value, offset, path, brackets.YAML, column)
            return self._after(found.end) if isinstance(found, Outside) else found
        if char in "\"'":
            literal = self._literal(value, column)
            if value < offset < literal.end or (not literal.closed and offset == literal.end):
                return Spot("value", path, value, literal.end, char, literal.closed, indent=column)
            return self._after(literal.end)
        if char in "|>":
            return self._block_scalar(path, value, end, column)
        plain = _PLAIN.match(text, value, end)
        last = value + len(plain[0].rstrip()) if plain else value
        if value <= offset <= last:
            return self._value(path, value, last)
        return none(path, offset) if last < offset <= end else end

    def _after(self, end: int) -> Spot | int:
        """Nothing but a comment can follow on the line."""
        line_end = self.text.find("\n", end)
        line_end = len(self.text) if line_end < 0 else line_end
        return none(self.blocks[-1].path, self.offset) if end <= self.offset <= line_end else line_end

    def _literal(self, start: int, column: int) -> Literal:
        """A string in quotes, over several lines where they are all indented deeper than its key."""
        text, quote = self.text, self.text[start]
        found = literal_at(text, start, long=False, doubled=True)
        if found.closed:
            return found
        pattern = re.compile(r'(?:[^"\\]|\\.)*+"' if quote == '"' else r"(?:[^']|'')*+'", re.DOTALL)
        whole = pattern.match(text, start + 1)
        if whole is None:
            return found
        lines = text[start : whole.end()].split("\n")[1:]
        inside = all(not line.strip() or len(line) - len(line.lstrip(" ")) > column for line in lines)
        return Literal(quote, whole.end(), closed=True) if inside and len(lines) < 100 else found

    def _block_scalar(self, path: Path, value: int, end: int, column: int) -> Spot | int:
        text, offset = self.text, self.offset
        if value <= offset <= end:
            return none(path, offset)
        last = end
        while last < len(text):
            after = text.find("\n", last + 1)
            after = len(text) if after < 0 else after
            line = text[last + 1 : after]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
                break
            last = after
        if end < offset <= last and (text[end:offset].rpartition("\n")[2].strip() or offset < last):
            return Spot("value", path, end + 1, last, text[value])
        return last if offset > last else end

    def _value(
        self, path: Path, start: int, end: int, *, maybe_key: bool = False, unspaced: bool = False, indent: int = 0
    ) -> Spot:
        return Spot("value", path, start, end, maybe_key=maybe_key, unspaced=unspaced, indent=indent)

    def _without_key(self, line: int, position: int, end: int) -> Spot | int:
        """A line that is no key: an item of a list, a value on a line of its own, or a key that is being typed."""
        text, offset = self.text, self.offset
        block = self.blocks[-1]
        column = position - line
        if position >= end:
            return end
        if not block.table and len(self.blocks) > 1 and block.open:
            if text[position] in "[{\"'|>":
                block.open = False
                return self._scalar(block.last, position, end, column - 1)
            found = self._scalar(block.last, position, end, column)
            if isinstance(found, Spot) and found.kind == "value":
                return self._value(block.last, found.start, found.end, maybe_key=True, indent=column)
            return found
        if text[position] in "[{\"'|>" and block.open:
            block.open = False
            return self._scalar(block.last, position, end, block.indent)
        plain = _PLAIN.match(text, position, end)
        last = position + len(plain[0].rstrip()) if plain else position
        if not position <= offset <= last:
            return none(block.path, offset) if line <= offset <= end else end
        path = block.path if block.table and block.indent == column else block.last if block.open else block.path
        quote = text[position] if text[position] in "\"'" else ""
        return Spot("key", path, position, last, quote, not quote, indent=column)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _name(source: str) -> str:
    if source[0] in "\"'" and len(source) > 1:
        inner = source[1:-1]
        return inner.replace("''", "'") if source[0] == "'" else decoded(inner, '"')
    return source.rstrip()
