"""Writes values as nobody would: blanks, comments, quotes and brackets by chance, wherever a format allows them."""

from __future__ import annotations

import json
import random
import re
from typing import Any

from specc.source.yaml_scalars import NotFinite, resolve

MARK = re.compile(r"#<\d+>")
"""What is in every comment and in no value."""

_ASIDES = ["", " a word", ' "quoted', " [x] = { 1, 'b'", "\ttab  ", " key: - |", " é 🐦"]


class Wild:
    """Chance, and the comments that were written."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.calm = self.random.random() < 0.15
        """Whether to write no comments at all."""
        self.count = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def comment(self) -> str:
        self.count += 1
        return f"#<{self.count}>{self.random.choice(_ASIDES)}"

    def blanks(self, least: int = 0) -> str:
        return "".join(self.random.choice("  \t") for _ in range(self.random.choice([least, least, least, 1, 2, 5])))

    def spaces(self, least: int = 0) -> str:
        return " " * self.random.choice([least, least, 1, 1, 2, 7])

    def some(self, probability: float = 0.3) -> bool:
        """Whether a comment comes here."""
        return not self.calm and self.chance(probability)


class WildToml(Wild):
    """TOML 1.0."""

    def document(self, value: dict[str, Any]) -> str:
        lines: list[str] = []
        self._table(lines, (), value)
        self._between(lines)
        text = "\n".join(lines)
        return text if self.chance(0.2) else text + "\n" * self.random.choice([1, 1, 2, 4])

    def _between(self, lines: list[str]) -> None:
        count = self.random.choice([0, 0, 0, 1, 1, 2, 3])
        lines += [self.blanks() + (self.comment() if self.some(0.5) else "") for _ in range(count)]

    def _end(self) -> str:
        return self.blanks() + (self.comment() if self.some(0.2) else "")

    def _table(self, lines: list[str], path: tuple[str, ...], table: dict[str, Any]) -> None:
        later: list[tuple[str, Any]] = []
        for key, value in table.items():
            as_tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
            if (isinstance(value, dict) or as_tables) and self.chance(0.7):
                later.append((key, value))
            elif value is not None:
                self._between(lines)
                self._pair(lines, (key,), value)
        for key, value in later:
            here = (*path, key)
            if isinstance(value, list):
                for item in value:
                    self._header(lines, here, "[[", "]]")
                    self._table(lines, here, item)
            else:
                if self.chance(0.9) or not any(isinstance(item, dict) for item in value.values()):
                    self._header(lines, here, "[", "]")
                    self._table(lines, here, value)
                else:
                    self._pair_or_headers(lines, here, value)

    def _pair_or_headers(self, lines: list[str], path: tuple[str, ...], value: dict[str, Any]) -> None:
        """A table that no header names, only those of what is in it; the rest of it is left out."""
        for key, inner in value.items():
            if isinstance(inner, dict):
                self._header(lines, (*path, key), "[", "]")
                self._table(lines, (*path, key), inner)

    def _header(self, lines: list[str], path: tuple[str, ...], opening: str, closing: str) -> None:
        self._between(lines)
        lines.append(self.blanks() + opening + self._dotted(path) + closing + self._end())

    def _pair(self, lines: list[str], path: tuple[str, ...], value: Any) -> None:
        if isinstance(value, dict) and value and self.chance(0.5):
            for key, inner in value.items():
                if inner is not None:
                    self._between(lines)
                    self._pair(lines, (*path, key), inner)
            return
        lines.append(self.blanks() + self._dotted(path) + "=" + self.blanks() + self.value(value) + self._end())

    def _dotted(self, path: tuple[str, ...]) -> str:
        return ".".join(self.blanks() + self._key(part) + self.blanks() for part in path)

    def _key(self, key: str) -> str:
        if re.fullmatch(r"[A-Za-z0-9_-]+", key) and self.chance(0.8):
            return key
        return self._short_string(key)

    def _short_string(self, text: str) -> str:
        if "'" not in text and re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text) is None and self.chance(0.5):
            return f"'{text}'"
        return '"' + "".join(map(self._basic, text)) + '"'

    def _basic(self, char: str) -> str:
        if char in '"\\':
            return "\\" + char
        if char < " " or char == "\x7f" or self.chance(0.02):
            return f"\\U{ord(char):08x}"
        return char

    def _string(self, text: str) -> str:
        if self.chance(0.8) and not ("\n" in text and self.chance(0.8)):
            return self._short_string(text)
        if (
            "'''" not in text
            and text[-1:] != "'"
            and re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text) is None
            and self.chance(0.5)
        ):
            return f"'''\n{text}'''"
        body = "".join("\n" if char == "\n" else self._basic(char) for char in text)
        return '"""' + self.random.choice(["\n", "\\\n   \n ", ""]) + _guarded(body) + '"""'

    def value(self, value: Any) -> str:
        if isinstance(value, dict):
            pairs = [(key, item) for key, item in value.items() if item is not None]
            inside = ",".join(
                f"{self.blanks()}{self._dotted((key,))}={self.blanks()}{self.value(item)}{self.blanks()}"
                for key, item in pairs
            )
            return "{" + (inside or self.blanks()) + "}"
        if isinstance(value, list):
            items = [item for item in value if item is not None]
            inside = ",".join(self._gap() + self.value(item) + self._gap() for item in items)
            return "[" + inside + ("," if items and self.chance(0.2) else "") + self._gap() + "]"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return repr(value)
        return self._string(value)

    def _gap(self) -> str:
        pieces = [self.blanks()]
        while self.chance(0.2):
            pieces.append((self.comment() if self.some(0.6) else "") + "\n" + self.blanks())
        return "".join(pieces)


def _guarded(body: str) -> str:
    """A text whose first blanks neither a line end after the quotes nor an escaped line end swallows."""
    return body if body[:1] not in (" ", "\t", "\n") else f"\\u{ord(body[0]):04x}" + body[1:]


class WildJson(Wild):
    """JSON."""

    def document(self, value: Any) -> str:
        return self._gap() + self._value(value) + self._gap()

    def _gap(self) -> str:
        return "".join(self.random.choice(" \n\t\r") for _ in range(self.random.choice([0, 0, 0, 1, 2, 5])))

    def _value(self, value: Any) -> str:
        gap = self._gap
        if isinstance(value, dict):
            pairs = [f"{gap()}{self._string(key)}{gap()}:{gap()}{self._value(value[key])}{gap()}" for key in value]
            return "{" + (",".join(pairs) or gap()) + "}"
        if isinstance(value, list):
            return "[" + (",".join(gap() + self._value(item) + gap() for item in value) or gap()) + "]"
        return self._string(value) if isinstance(value, str) else json.dumps(value)

    def _string(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=self.chance(0.5))


_PLAIN = re.compile(
    r"(?![-?:,\[\]{}#&*!|>'\"%@`\s]|---|\.\.\.)[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff:#,\[\]{}]*(?<!\s)"
)
_PRINTABLE = re.compile(r"[\t\n\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")


class WildYaml(Wild):
    """YAML, as far as a spec may be written in it."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.anchors: list[tuple[str, Any]] = []

    def document(self, value: dict[str, Any]) -> str:
        lines = self._own_lines(0)
        if self.chance(0.15):
            lines.append("---" + self._end())
        lines += self._below(value, 0) if value and self.chance(0.93) else [self._flow(value, 0)]
        lines += self._own_lines(0)
        if self.chance(0.1):
            lines += ["..." + self._end(), *self._own_lines(0)]
        text = "\n".join(lines)
        return text if self.chance(0.1) else text + "\n" * self.random.choice([1, 1, 2, 4])

    def _end(self) -> str:
        return self.spaces(1) + self.comment() if self.some(0.2) else self.spaces()

    def _own_lines(self, most: int) -> list[str]:
        """Comments and empty lines; comments are indented by `most` or less."""
        found: list[str] = []
        for _ in range(self.random.choice([0, 0, 0, 0, 1, 1, 2, 3])):
            if self.some(0.5):
                column = most if self.chance(0.6) else self.random.randint(0, most)
                found.append(" " * column + self.comment())
            else:
                found.append("")
        return found

    def _below(self, value: Any, indent: int) -> list[str]:
        """The lines of a table or list without brackets."""
        lines: list[str] = []
        pad = " " * indent
        for key, inner in value.items() if isinstance(value, dict) else [(None, item) for item in value]:
            lines += self._own_lines(indent)
            start = "-" if key is None else self._key(key) + self.spaces() + ":"
            lines += self._entry(pad + start, inner, indent, dash=key is None)
        return lines

    def _entry(self, start: str, value: Any, indent: int, *, dash: bool) -> list[str]:
        for name, known in self.anchors:
            if known is value and self.chance(0.5):
                return [f"{start}{self.spaces(1)}*{name}{self._end()}"]
        properties = self._properties(value)
        start += "".join(self.spaces(1) + word for word in properties)
        if isinstance(value, dict | list) and value and self.chance(0.75):
            deeper = indent + self.random.choice([1, 2, 2, 2, 3, 4])
            if isinstance(value, list) and not dash and self.chance(0.4):
                deeper = indent
            if dash and not properties and self.chance(0.7):
                return self._below_dash(start, value)
            return [start + self._end(), *self._below(value, deeper)]
        if isinstance(value, str) and (block := self._block(value, indent)):
            header, lines = block
            return [f"{start}{self.spaces(1)}{header}" + self._end(), *lines]
        if self.chance(0.07) and value is not None:
            deeper = indent + self.random.choice([1, 2, 4])
            own = " " * deeper + self._flow(value, deeper) + self._end()
            return [start + self._end(), *self._own_lines(deeper), own]
        written = self._flow(value, indent + 1) if value is not None or self.chance(0.5) else ""
        return [start + (self.spaces(1) + written if written else "") + self._end()]

    def _below_dash(self, start: str, value: Any) -> list[str]:
        """A table or list that begins on the line of its dash."""
        column = len(start) + self.random.choice([1, 1, 2, 3])
        calm, self.calm = self.calm, True  # nothing may stand between the dash and the first key
        head = self._below(dict([next(iter(value.items()))]) if isinstance(value, dict) else value[:1], column)
        self.calm = calm
        while not head[0].strip():
            head.pop(0)
        rest = dict(list(value.items())[1:]) if isinstance(value, dict) else value[1:]
        return [start + head[0][len(start) :], *head[1:], *self._below(rest, column)]

    def _properties(self, value: Any) -> list[str]:
        found = []
        if value and isinstance(value, dict | list) and self.chance(0.05):
            name = f"a{len(self.anchors)}"
            self.anchors.append((name, value))
            found.append(f"&{name}")
        if self.chance(0.03):
            tags = {str: "!!str", dict: "!!map", list: "!!seq", bool: "!!bool", int: "!!int", float: "!!float"}
            if tag := tags.get(type(value)):
                found.insert(self.random.randint(0, len(found)), tag)
        return found

    def _key(self, key: str) -> str:
        return self._scalar(key, multiple=False)

    def _scalar(self, value: Any, *, multiple: bool, indent: int = 0) -> str:
        if value is None:
            return self.random.choice(["null", "~"])
        if not isinstance(value, str):
            return json.dumps(value)
        styles = ['"']
        if "\n" not in value and _PRINTABLE.fullmatch(value):
            styles.append("'")
        if value and _PLAIN.fullmatch(value) and _stays_text(value):
            styles += ["plain"] * 3
        style = self.random.choice(styles)
        text = value
        if style == "'":
            text = value.replace("'", "''")
        elif style == '"':
            text = "".join(map(self._double, value))
        if multiple and self._foldable(text) and self.chance(0.3):
            text = self._folded(text, indent)
        return text if style == "plain" else style + text + style

    def _foldable(self, text: str) -> bool:
        return "  " not in text and "\t" not in text and "\\" not in text and text.strip(" ") == text

    def _folded(self, text: str, indent: int) -> str:
        joined, *words = text.split(" ")
        for word in words:
            line_end = self.spaces() + "\n" + " " * (indent + self.random.choice([0, 1, 3]))
            joined += (line_end if self.chance(0.3) else " ") + word
        return joined

    def _double(self, char: str) -> str:
        if char in '"\\':
            return "\\" + char
        if char == "\n":
            return "\\n"
        if not _PRINTABLE.fullmatch(char) or self.chance(0.02):
            return f"\\U{ord(char):08x}"
        return char

    def _block(self, value: str, indent: int) -> tuple[str, list[str]] | None:
        """The header of a block of text, and its lines."""
        if not _PRINTABLE.fullmatch(value) or not value.strip() or not self.chance(0.5 if "\n" in value else 0.1):
            return None
        body = value.rstrip("\n")
        ends = len(value) - len(body)
        lines = body.split("\n")
        step = self.random.choice([1, 2, 3, 4])
        digits = str(step) if lines[0][:1] in (" ", "") or not lines[0].strip() or self.chance(0.1) else ""
        chomp = "-" if not ends else "" if ends == 1 and self.chance(0.7) else "+"
        padded = [" " * (indent + step) + line if line else " " * self.random.choice([0, 0, indent]) for line in lines]
        padded += [""] * (ends - 1) if chomp == "+" else [""] * self.random.choice([0, 0, 0, 2])
        return "|" + (digits + chomp if self.chance(0.5) else chomp + digits), padded

    def _flow(self, value: Any, indent: int) -> str:
        if isinstance(value, dict):
            pairs = []
            for key, item in value.items():
                written = " " + self._gap(indent) + self._flow(item, indent)
                if item is None and self.chance(0.3):
                    written = ""
                colon = "" if not written and self.chance(0.5) else self.spaces() + ":"
                pairs.append(f"{self._gap(indent)}{self._key(key)}{colon}{written} {self._gap(indent)}")
            return "{" + ",".join(pairs) + ("," if pairs and self.chance(0.2) else "") + self._gap(indent) + "}"
        if isinstance(value, list):
            items = [f"{self._gap(indent)}{self._item(item, indent)} {self._gap(indent)}" for item in value]
            return "[" + ",".join(items) + ("," if items and self.chance(0.2) else "") + self._gap(indent) + "]"
        return self._scalar(value, multiple=True, indent=indent)

    def _item(self, item: Any, indent: int) -> str:
        if isinstance(item, dict) and len(item) == 1 and None not in item.values() and self.chance(0.3):
            ((key, inner),) = item.items()
            return f"{self._key(key)}: {self._flow(inner, indent)}"
        return "".join(f"{word} " for word in self._properties(item)) + self._flow(item, indent)

    def _gap(self, indent: int) -> str:
        pieces = [self.spaces()]
        while self.chance(0.12):
            pieces.append((" " + self.comment() if self.some(0.6) else "") + "\n" + " " * indent + self.spaces())
        return "".join(pieces)


def _stays_text(text: str) -> bool:
    try:
        return resolve(text) == text
    except NotFinite:
        return False


WRITERS: dict[str, type[WildToml | WildYaml | WildJson]] = {"toml": WildToml, "yaml": WildYaml, "json": WildJson}
