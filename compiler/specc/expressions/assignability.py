"""Whether a value of one type can stand where another is expected."""

from __future__ import annotations

from specc.expressions.type_model import (
    ANY,
    INTEGER,
    NUMBER,
    ListType,
    ObjectType,
    OpaqueType,
    Type,
    UnionType,
)


def assignable(source: Type, target: Type) -> bool | None:
    """True: always. False: never. None: it depends on the value, or too little is known."""
    if target == ANY or source == target:
        return True
    if source == ANY:
        return None
    if isinstance(source, UnionType):
        return _all_same([assignable(member, target) for member in source.members])
    if isinstance(target, UnionType):
        return _best([assignable(source, member) for member in target.members])
    if isinstance(target, OpaqueType):
        # A table may come back as one of pyarrow, and much that is written for arrays takes lists as well.
        return None if isinstance(source, OpaqueType | ListType | ObjectType) else False
    if isinstance(source, ListType) and isinstance(target, ListType):
        return assignable(source.item, target.item)
    if isinstance(source, ObjectType) and isinstance(target, ObjectType):
        return _object(source, target)
    if target == NUMBER:
        return source == INTEGER
    if target == INTEGER and source == NUMBER:
        return None  # 2.0 is a number that is an integer too
    return False


def _all_same(verdicts: list[bool | None]) -> bool | None:
    first = verdicts[0] if verdicts else True
    return first if all(verdict is first for verdict in verdicts) else None


def _best(verdicts: list[bool | None]) -> bool | None:
    if any(verdict is True for verdict in verdicts):
        return True
    return None if any(verdict is None for verdict in verdicts) else False


def _object(source: ObjectType, target: ObjectType) -> bool | None:
    verdicts: list[bool | None] = [True]
    given = {field.name: field for field in source.fields}
    wanted = {field.name: field for field in target.fields}
    for name, field in wanted.items():
        have = given.get(name)
        if have is None:
            if source.open:
                verdicts.append(None)
            elif field.required:
                verdicts.append(False)
            continue
        verdict = assignable(have.type, field.type)
        if verdict is False and not have.required and not field.required:
            verdict = None  # both may do without it
        verdicts.append(None if verdict and field.required and not have.required else verdict)
    for name, field in given.items():
        if name not in wanted:
            verdict = assignable(field.type, target.rest) if target.open else False
            verdicts.append(verdict if field.required or verdict else None)
    if source.open:
        verdicts.append(assignable(source.rest, target.rest) or None if target.open else None)
    if any(verdict is False for verdict in verdicts):
        return False
    return None if any(verdict is None for verdict in verdicts) else True
