"""Python source as values: what a statement of the program is made of, and how it is laid out.

The layout is that of `ruff format`, which leaves it as it is: what fits into a line stays on it, anything else has one
item on each line, with a comma after the last one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 100
"""Columns of a line."""
_STEP = "    "
_UNSEEN = re.compile(r"[^ -~]")
_SHORT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Name:
    """An expression that is written as it stands: `bucket.arn`, `TAGS`."""

    text: str
    output: bool = True
    """Whether its value is known only when what it names is made."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call."""

    function: str
    positional: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()
    output: bool = False
    """Whether its value is an output, whatever the arguments are."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document: text that is made of this value."""

    value: Value


@dataclass(frozen=True, slots=True)
class Format:
    """A text with values in it: `{0}` and so on stand for them, and letters that mean themselves are doubled."""

    text: str
    values: tuple[Value, ...]


Value: TypeAlias = (
    "str | int | float | bool | Name | Call | Document | Format | Sequence[Value] | Mapping[str, Value] | None"
)
"""What an argument may be set to."""


def braces(text: str) -> str:
    """A text for `Format` that says just this."""
    return text.replace("{", "{{").replace("}", "}}")


def has_output(value: Value) -> bool:
    """Whether something in a value is known only when it is made."""
    if isinstance(value, Name):
        return value.output
    if isinstance(value, Call):
        return value.output or any(map(has_output, (*value.positional, *(item for _, item in value.named))))
    if isinstance(value, Document):
        return has_output(value.value)
    if isinstance(value, Format):
        return True
    if isinstance(value, Mapping):
        return any(map(has_output, value.values()))
    return isinstance(value, Sequence) and not isinstance(value, str) and any(map(has_output, value))


def arguments(found: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """The named arguments of a call. Those that are None are left out."""
    return tuple((name, value) for name, value in found.items() if value is not None)


def uses(value: Value, name: str) -> bool:
    """Whether an expression calls or names something."""
    return any(text == name or text.startswith(f"{name}.") for text in _names(value))


def _names(value: Value) -> Iterator[str]:
    if isinstance(value, Name):
        yield value.text
    elif isinstance(value, Call):
        yield value.function
        for item in (*value.positional, *(item for _, item in value.named)):
            yield from _names(item)
    elif isinstance(value, Document):
        yield "pulumi" if has_output(value.value) else "json"
        yield from _names(value.value)
    elif isinstance(value, Format):
        for item in value.values:
            yield from _names(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _names(item)


def written(value: Value, indent: str = "", *, before: int = 0, after: int = 0) -> str:
    """A value as source: on a line if it fits behind `before` columns, with `after` columns behind it."""
    flat = _flat(value)
    if len(indent) + before + len(flat) + after <= WIDTH:
        return flat
    if isinstance(value, Document):
        return written(_dumps(value), indent, before=before, after=after)
    if isinstance(value, Format):
        return written(_format(value), indent, before=before, after=after)
    inner = indent + _STEP
    if isinstance(value, Call) and (value.positional or value.named):
        items = [written(item, inner, after=1) for item in value.positional]
        items += [f"{name}={written(item, inner, before=len(name) + 1, after=1)}" for name, item in value.named]
        return f"{value.function}({_lines(items, inner)}{indent})"
    if isinstance(value, Mapping) and value:
        items = []
        for key, item in value.items():
            quoted = quote(key)
            items.append(f"{quoted}: {written(item, inner, before=len(quoted) + 2, after=1)}")
        return f"{{{_lines(items, inner)}{indent}}}"
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return f"[{_lines([written(item, inner, after=1) for item in value], inner)}{indent}]"
    return flat


def _lines(items: Iterable[str], inner: str) -> str:
    return "\n" + "".join(f"{inner}{item},\n" for item in items)


def _dumps(value: Document) -> Call:
    return Call("pulumi.Output.json_dumps" if has_output(value.value) else "json.dumps", (value.value,))


def _format(value: Format) -> Call:
    return Call("pulumi.Output.format", (value.text, *value.values))


def _flat(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Name):
        return value.text
    if isinstance(value, Document):
        return _flat(_dumps(value))
    if isinstance(value, Format):
        return _flat(_format(value))
    if isinstance(value, Call):
        items = [*map(_flat, value.positional), *(f"{name}={_flat(item)}" for name, item in value.named)]
        return f"{value.function}({', '.join(items)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quote(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(_flat, value)) + "]"


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return found[0] if found[0].isprintable() else f"\\U{code:08x}" if code > _SHORT else f"\\u{code:04x}"


def seen(text: str) -> str:
    """A text for a comment: nothing in it is invisible, or turns around what follows."""
    return _UNSEEN.sub(_escaped, text)


def quote(text: str) -> str:
    """A text as a literal, in the quotes that need fewer backslashes; in double ones if that is all the same."""
    double = _UNSEEN.sub(_escaped, json.dumps(text, ensure_ascii=False))
    if text.count('"') <= text.count("'"):
        return double
    return "'" + double[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
