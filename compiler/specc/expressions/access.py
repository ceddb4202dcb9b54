"""The type of what is read out of a value: fields, items, slices."""

from __future__ import annotations

from typing import NamedTuple

from specc.expressions.kinds import a, kinds
from specc.expressions.type_model import ANY, STRING, ListType, ObjectType, OpaqueType, Type, members, union
from specc_runtime.expressions.tree import Expression

_COUNTS = frozenset({"length", "len", "size", "count"})
"""What other languages call the number of items."""


class Fault(NamedTuple):
    """Why a read can never succeed."""

    code: str
    message: str
    help: str | None = None


def field_type(base: Type, name: str, read: Expression) -> Type | Fault:
    """The type of `base.name`; `read` is the expression that gives the base."""
    if base == ANY:
        return ANY
    found: list[Type] = []
    known: list[str] = []
    for member in members(base):
        if not isinstance(member, ObjectType):
            continue
        field = member.field(name)
        if field is not None:
            found.append(field.type)
        elif member.open:
            found.append(member.rest)
        else:
            known.extend(other.name for other in member.fields)
    if found:
        return union(*found)
    text = str(read) or "[*]"
    if "object" not in kinds(base):
        help = None
        if isinstance(base, OpaqueType):
            return opaque(base)
        if "list" in kinds(base) and name in _COUNTS:
            help = f"write `len({text})`"
        elif "list" in kinds(base):
            help = f"read it of every item with `{text}[*].{name}`, or of one with `{text}[0].{name}`"
        return Fault("SPC313", f"{a(base)} has no field `{name}`", help)
    return Fault("SPC310", f"`{text}` has no field `{name}`", _suggestion(name, known))


def _suggestion(name: str, known: list[str]) -> str | None:
    from specc.diagnostics.suggest import closest

    near = closest(name, known)
    if near is not None:
        return f"did you mean `{near}`?"
    listed = ", ".join(f"`{item}`" for item in dict.fromkeys(known))
    return f"it has {listed}" if listed and len(listed) < 300 else None


def item_type(base: Type, index: Type, key: object, read: Expression) -> Type | Fault:
    """The type of `base[index]`; `key` is the index where it is a constant, else None."""
    if base == ANY:
        return ANY
    if isinstance(key, str) and "object" in kinds(base):
        return field_type(base, key, read)
    indices = kinds(index)
    found: list[Type] = []
    wanted: list[str] = []
    for member in members(base):
        if isinstance(member, ObjectType):
            wanted.append("a string")
            if "string" in indices:
                found.append(_any_field(member))
        elif isinstance(member, ListType) or member == STRING:
            wanted.append("an integer")
            if "number" in indices:
                found.append(member.item if isinstance(member, ListType) else STRING)
    if found:
        return union(*found)
    if wanted:
        return Fault("SPC313", f"the index of {a(base)} is {wanted[0]}, not {a(index)}")
    return opaque(base) if isinstance(base, OpaqueType) else Fault("SPC313", f"{a(base)} has no items")


def _any_field(type: ObjectType) -> Type:
    found = [field.type for field in type.fields]
    if type.open:
        found.append(type.rest)
    return union(*found) if found else ANY


def every_item(base: Type) -> Type | Fault:
    """The type of the items that `base[*]` reads."""
    if base == ANY:
        return ANY
    found = [member.item for member in members(base) if isinstance(member, ListType)]
    if found:
        return union(*found)
    if isinstance(base, OpaqueType):
        return opaque(base)
    help = "`values(x)[*]` reads every value of an object" if "object" in kinds(base) else None
    return Fault("SPC313", f"`[*]` reads every item of a list, and this is {a(base)}", help)


def slice_type(base: Type) -> Type | Fault:
    """The type of `base[a:b]`."""
    if base == ANY:
        return ANY
    found = [member for member in members(base) if isinstance(member, ListType) or member == STRING]
    if not found and isinstance(base, OpaqueType):
        return opaque(base)
    return union(*found) if found else Fault("SPC313", f"{a(base)} cannot be sliced", "lists and strings can")


def opaque(base: OpaqueType) -> Fault:
    """An expression that looks into what only Python can."""
    text = f"no expression can look into {a(base)}"
    return Fault("SPC313", text, "hand it whole to a function, and let that return what is needed of it")
