"""Types as text in the user's words, and back: `list of integer`, `{name: string, age?: number}`, `string or null`.

Values that are no JSON are called as in Python: `numpy.ndarray`, `pandas.DataFrame`, `bytes`.
"""

from __future__ import annotations

import re

from specc.expressions.type_model import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    OPAQUE_CODECS,
    STRING,
    Field,
    ListType,
    ObjectType,
    OpaqueType,
    Type,
    UnionType,
    union,
)

_WORDS = {one.word: one for one in (ANY, NULL, BOOLEAN, INTEGER, NUMBER, STRING)}
_TOKEN = re.compile(r'\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*|\.\.\.|"(?:\\.|[^"\\])*"|[{}(),:?]|$)')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write(type: Type) -> str:
    """The text of a type."""
    if isinstance(type, UnionType):
        return " or ".join(write(member) for member in type.members) or "nothing"
    if isinstance(type, ListType):
        if type.item == ANY:
            return "list"
        item = write(type.item)
        return f"list of ({item})" if " or " in item and isinstance(type.item, UnionType) else f"list of {item}"
    if isinstance(type, ObjectType):
        return _write_object(type)
    return str(type)


def _write_object(type: ObjectType) -> str:
    if not type.fields and type.open:
        if type.rest == ANY:
            return "object"
        rest = write(type.rest)
        return f"object of ({rest})" if " or " in rest and isinstance(type.rest, UnionType) else f"object of {rest}"
    parts = [f"{_write_name(field.name)}{'' if field.required else '?'}: {write(field.type)}" for field in type.fields]
    if type.open:
        parts.append("..." if type.rest == ANY else f"...: {write(type.rest)}")
    return "{" + ", ".join(parts) + "}"


def _write_name(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    import json  # late: few names need it

    return json.dumps(name)


def _read_name(text: str) -> str:
    if not text.startswith('"'):
        return text
    import json

    return str(json.loads(text))


def parse_type(text: str) -> Type:
    """The type that `text` describes. Raises ValueError, in the user's words, when it describes none."""
    reader = _Reader(text)
    found = reader.union(0)
    reader.expect("")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        position = 0
        while True:
            match = _TOKEN.match(text, position)
            if match is None:
                raise ValueError(f"`{text[position:].strip()[:20]}` is not part of a type")
            self._tokens.append(match[1])
            position = match.end()
            if not match[1]:
                break
        self._next = 0

    @property
    def _head(self) -> str:
        return self._tokens[self._next]

    def _take(self) -> str:
        token = self._head
        if token:
            self._next += 1
        return token

    def expect(self, token: str) -> None:
        """Take `token`, or raise."""
        if self._head != token:
            wanted = f"`{token}`" if token else "the end of the type"
            raise ValueError(f"expected {wanted} but found {f'`{self._head}`' if self._head else 'the end'}")
        self._take()

    def union(self, depth: int) -> Type:
        """`a or b or c`."""
        if depth > 50:
            raise ValueError("the type is nested too deeply")
        found = [self._one(depth)]
        while self._head == "or":
            self._take()
            found.append(self._one(depth))
        return union(*found) if len(found) > 1 else found[0]

    def _one(self, depth: int) -> Type:
        word = self._take()
        if word == "(":
            found = self.union(depth + 1)
            self.expect(")")
            return found
        if word == "{":
            return self._object(depth + 1)
        if word in ("list", "array"):
            return ListType(self._of(depth))
        if word == "object":
            return ObjectType(rest=self._of(depth))
        if word == "nothing":
            return UnionType(())
        if word in OPAQUE_CODECS:
            return OpaqueType(word)
        known = _WORDS.get(word)
        if known is None:
            from specc.diagnostics.suggest import closest

            near = closest(word, [*_WORDS, "list", "object", *OPAQUE_CODECS]) if word else None
            hint = (
                f"; did you mean `{near}`?"
                if near
                else ": there are any, null, boolean, integer, number, string, list, object"
            )
            raise ValueError((f"`{word}` is not a type" if word else "a type is missing") + hint)
        return known

    def _of(self, depth: int) -> Type:
        if self._head != "of":
            return ANY
        self._take()
        if depth > 50:
            raise ValueError("the type is nested too deeply")
        return self._one(depth + 1)

    def _object(self, depth: int) -> Type:
        fields: list[Field] = []
        is_open = False
        rest: Type = ANY
        while self._head != "}":
            name = self._take()
            if name == "...":
                is_open = True
                if self._head == ":":
                    self._take()
                    rest = self.union(depth)
                break
            if not (name.startswith('"') or _NAME.fullmatch(name)):
                raise ValueError("expected the name of a field")
            required = self._head != "?"
            if not required:
                self._take()
            self.expect(":")
            fields.append(Field(_read_name(name), self.union(depth), required))
            if self._head != ",":
                break
            self._take()
        self.expect("}")
        return ObjectType(tuple(fields), is_open, rest)
