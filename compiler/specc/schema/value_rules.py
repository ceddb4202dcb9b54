"""Whether a constant fits the JSON Schema of a parameter, so that no run begins only to refuse its own default."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeGuard

from specc.schema.reporter import shown
from specc.schema.wording import Path
from specc_schemas.checked import described
from specc_schemas.quantities import is_duration

Schema = Mapping[str, Any]

PYTHON_TYPES: dict[str, tuple[type[Any], ...]] = {
    "string": (str,),
    "path": (str,),
    "datetime": (str,),
    "duration": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
"""What holds the values of each type."""

_BOUNDS: tuple[tuple[str, Callable[[float, float], bool], str], ...] = (
    ("minimum", operator.lt, "less than"),
    ("maximum", operator.gt, "greater than"),
    ("exclusiveMinimum", operator.le, "not greater than"),
    ("exclusiveMaximum", operator.ge, "not less than"),
)
_LONGEST_PATTERN = 500
_WORK = 1_000_000
"""About how many steps a regular expression may take on one value; beyond, the run checks it."""
_DEEPEST = 60


class Fault(NamedTuple):
    """One thing that is wrong with a value: where in the value, which keyword of the schema says so, and the words."""

    inside: Path
    keyword: Path
    message: str


def faults(given: Any, schema: Schema, inside: Path = (), at: Path = ()) -> Iterator[Fault]:
    """What is wrong with a value, as its run would find; nothing, when it fits or when the schema cannot be read."""
    if len(at) > _DEEPEST:
        return
    kind = schema.get("type")
    kinds = [kind] if isinstance(kind, str) else kind if isinstance(kind, list) else []
    wrong = [_wrong_type(given, item) for item in kinds if item in PYTHON_TYPES]
    if wrong and all(wrong):
        words = str(wrong[0]) if len(wrong) == 1 else f"is {described(given)}, not {' or '.join(map(a, kinds))}"
        yield Fault(inside, (*at, "type"), words)
        return
    for keyword, message in _own_faults(given, schema):
        yield Fault(inside, (*at, keyword), message)
    if isinstance(given, list) and isinstance(items := schema.get("items"), dict):
        for index, item in enumerate(given):
            yield from faults(item, items, (*inside, index), (*at, "items"))
    elif isinstance(given, dict):
        yield from _keys(given, schema, inside, at)


def _wrong_type(given: Any, kind: str) -> str | None:
    if (isinstance(given, bool) and kind != "boolean") or not isinstance(given, PYTHON_TYPES[kind]):
        return f"is {described(given)}, not {a(kind)}"
    if kind == "duration" and not is_duration(given):
        return f"is `{shown(given)}`, which is not a duration such as `5m`"
    if kind == "datetime" and not _is_datetime(given):
        return f"is `{shown(given)}`, which is not a date and time such as `2030-01-31T09:00:00Z`"
    if kind == "path" and "\0" in given:
        return "holds a character that no path can have"
    return None


def _is_datetime(text: str) -> bool:
    from datetime import datetime

    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _own_faults(given: Any, schema: Schema) -> Iterator[tuple[str, str]]:
    allowed = schema.get("enum")
    if isinstance(allowed, list) and not any(_same(given, item) for item in allowed):
        yield "enum", f"is {_value(given)}, which is not one of `enum`"
    elif "const" in schema and not _same(given, schema["const"]):
        yield "const", f"is {_value(given)}, not the {_value(schema['const'])} of `const`"
    if is_number(given):
        yield from _number(given, schema)
    elif isinstance(given, str):
        yield from _size(len(given), schema, "minLength", "maxLength")
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not _may_match(pattern, given):
            yield "pattern", f"is `{shown(given)}`, which does not match `pattern`"
    elif isinstance(given, list):
        yield from _size(len(given), schema, "minItems", "maxItems")
        if schema.get("uniqueItems") is True and _repeats(given):
            yield "uniqueItems", "has an item twice, which `uniqueItems` forbids"


def _number(given: float, schema: Schema) -> Iterator[tuple[str, str]]:
    for key, wrong, words in _BOUNDS:
        bound = schema.get(key)
        if is_number(bound) and wrong(given, bound):
            yield key, f"is {shown(given)}, {words} `{key}`"
    step = schema.get("multipleOf")
    if is_number(step) and step > 0:
        try:
            quotient = given / step
            uneven = abs(quotient - round(quotient)) > 1e-9
        except (OverflowError, ValueError):
            return
        if uneven:
            yield "multipleOf", f"is {shown(given)}, which is not a multiple of {shown(step)}"


def _size(size: int, schema: Schema, least: str, most: str) -> Iterator[tuple[str, str]]:
    low, high = schema.get(least), schema.get(most)
    if is_number(low) and size < low:
        yield least, f"is shorter than `{least}`"
    if is_number(high) and size > high:
        yield most, f"is longer than `{most}`"


def _keys(given: dict[str, Any], schema: Schema, inside: Path, at: Path) -> Iterator[Fault]:
    known = schema.get("properties")
    known = known if isinstance(known, dict) else {}
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in given:
            yield Fault(inside, (*at, "required"), f"lacks the key `{shown(name)}`")
    others = schema.get("additionalProperties", True)
    for name, item in given.items():
        if name in known:
            expected, keyword = known[name], (*at, "properties", name)
        else:
            expected, keyword = others, (*at, "additionalProperties")
        if expected is False:
            yield Fault((*inside, name), keyword, "is a key that the parameter's schema does not allow")
        elif isinstance(expected, dict):
            yield from faults(item, expected, (*inside, name), keyword)


def _may_match(pattern: str, text: str) -> bool:
    """Whether a text matches, or would take too long to match here: the run checks it again."""
    bare = re.sub(r"\\.", "_", pattern, flags=re.DOTALL).replace("(?", "(")
    loops = sum(bare.count(sign) for sign in "*+{?")
    repeated_group = re.search(r"\)\s*[*+{?]", bare) is not None
    if len(pattern) > _LONGEST_PATTERN or (repeated_group and "{" in bare):
        return True
    if len(text) ** loops > _WORK or (repeated_group and len(text) > 12):
        return True
    try:
        return re.search(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        return True


def _repeats(items: list[Any]) -> bool:
    import json

    try:
        texts = [json.dumps(_plain(item), sort_keys=True) for item in items]
    except (TypeError, ValueError, RecursionError):
        return False
    return len(set(texts)) < len(texts)


def _plain(item: Any) -> Any:
    return int(item) if isinstance(item, float) and item.is_integer() else item


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _value(given: Any) -> str:
    return described(given) if isinstance(given, (dict, list)) or given is None else f"`{shown(given)}`"


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a value is a number; a boolean is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def a(kind: str) -> str:
    """A type with its article: `an integer`."""
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}" if kind != "null" else kind
