"""The type of a function's result, and whether its arguments fit its signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from specc.expressions.assignability import assignable
from specc.expressions.kinds import a, kinds
from specc.expressions.type_model import (
    ANY,
    INTEGER,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Field,
    ListType,
    ObjectType,
    Type,
    members,
    union,
    without_null,
)
from specc.expressions.type_text import parse_type
from specc_runtime.expressions.functions import FUNCTIONS, Function, Parameter


@lru_cache(maxsize=256)
def parameter_type(text: str) -> Type:
    """The type that a signature's text means; whatever `T` is, anything fits it."""
    return parse_type(text.replace("list of T or T", "any").replace("list of T", "list").replace("T", "any"))


def _pairs(function: Function, given: Sequence[Type]) -> Iterator[tuple[int, Parameter, Type]]:
    for number, found in enumerate(given):
        yield number, function.parameters[min(number, len(function.parameters) - 1)], found


def misfits(name: str, given: Sequence[Type]) -> Iterator[tuple[int, str]]:
    """Arguments that can never fit: the number of each, and what is wrong with it."""
    for number, parameter, found in _pairs(FUNCTIONS[name], given):
        wanted = parameter_type(parameter.type)
        if assignable(found, wanted) is False:
            yield number, f"`{name}` needs {a(wanted)} as `{parameter.name}`, and this is {a(found)}"


def result_type(name: str, given: Sequence[Type]) -> Type:  # noqa: C901  # a line for each function that has its own rule
    """The type of the result for arguments of these types."""
    match name:
        case "sorted" | "reversed" | "unique":
            return ListType(_item(given[0]))
        case "first" | "last":
            return union(_item(given[0]), NULL)
        case "min" | "max":
            return union(*given) if len(given) > 1 else _item(given[0])
        case "sum":
            return INTEGER if _item(given[0]) == INTEGER else NUMBER
        case "abs":
            return given[0] if given[0] in (INTEGER, NUMBER) else NUMBER
        case "round":
            return INTEGER if len(given) == 1 or given[0] == INTEGER else NUMBER
        case "float":
            return INTEGER if given[0] == INTEGER else NUMBER
        case "flatten":
            return ListType(_flat(_item(given[0])))
        case "zip":
            return ListType(ListType(union(*map(_item, given))))
        case "values":
            return ListType(_values(given[0]))
        case "items":
            return ListType(ObjectType((Field("key", STRING), Field("value", _values(given[0]))), open=False))
        case "merge":
            return _merged(given)
        case "coalesce":
            return _coalesced(given)
        case "get":
            inner = [_item(given[0])] if kinds(given[0]) == {"list"} else [_values(given[0])]
            return union(*inner, given[2] if len(given) > 2 else NULL)
    return parameter_type(FUNCTIONS[name].result)


def _item(type: Type) -> Type:
    found = [member.item for member in members(type) if isinstance(member, ListType)]
    return union(*found) if found else ANY


def _flat(item: Type) -> Type:
    return union(*(member.item if isinstance(member, ListType) else member for member in members(item)))


def _values(type: Type) -> Type:
    found: list[Type] = []
    for member in members(type):
        if not isinstance(member, ObjectType):
            return ANY
        found.extend(field.type for field in member.fields)
        if member.open:
            found.append(member.rest)
    return union(*found) if found else ANY


def _merged(given: Sequence[Type]) -> Type:
    fields: dict[str, Field] = {}
    for one in given:
        if not isinstance(one, ObjectType) or one.open:
            return OBJECT
        for field in one.fields:
            before = fields.get(field.name)
            if before is not None and not field.required:
                field = Field(field.name, union(before.type, field.type), before.required)
            fields[field.name] = field
    return ObjectType(tuple(fields.values()), open=False)


def _coalesced(given: Sequence[Type]) -> Type:
    if not given:
        return NULL
    *early, final = given
    kept = [without_null(one) for one in early if one != NULL]
    return union(*kept, final)
