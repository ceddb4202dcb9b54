"""Renaming what has a name, wherever it is named; refused where anything would come to mean something else."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, get_args

from pydantic_core import PydanticCustomError

from specc.ir.naming import RESERVED_ITEMS
from specc.language_server.symbols.family import Family, Found
from specc.language_server.symbols.words import references
from specc.source.document import lookup
from specc.source.edits import TextEdit
from specc_schemas.names import Identifier, LabelName

if TYPE_CHECKING:
    from specc.language_server.symbols.index import Index
    from specc.language_server.symbols.scopes import Scope
    from specc.language_server.symbols.symbol import Symbol
    from specc.source.side_table import Path

_ELSEWHERE = {
    "environment variable": "the functions that read it know it by this name",
    "secret": "the functions that read it know it by this name",
    "stack": "commands and deployments know it by this name",
    "test": "nothing refers to it: change the text itself",
}
"""What cannot be renamed, and why."""


class Refusal(Exception):  # noqa: N818 - an answer, in the user's words
    """Why nothing is renamed."""


def check_renameable(symbol: Symbol) -> None:
    """Raise `Refusal` where what has the name cannot be renamed, whatever the new name is."""
    why = _ELSEWHERE.get(symbol.kind)
    if why is not None:
        article = "an" if symbol.kind[0] in "aeiou" else "a"
        raise Refusal(f"{article} {symbol.kind} cannot be renamed here: {why}")


def rename(
    indexes: Sequence[Index], found: Family, name: str, unreadable: Collection[str]
) -> dict[str, list[TextEdit]]:
    """The changes by file (as its document is called) that give a family the new name. Raises `Refusal`.

    `unreadable` are the real paths of specs of which only parts are known at the moment.
    """
    first = min(found.symbols)
    check_renameable(first)
    if not found.declared:
        raise Refusal(f"the {first.kind} `{first.name}` is not declared anywhere")
    broken = [index for index in indexes if index.spec in unreadable]
    if broken:
        raise Refusal(f"`{FilePath(broken[0].spec).name}` cannot be read as it stands: correct it first")
    for symbol in sorted(found.symbols):
        _check_legal(symbol, name)
    if name == first.name:
        return {}
    for index in indexes:
        _check_index(index, found, name)
    changes: dict[str, list[TextEdit]] = {}
    for document, occurrence in found.places:
        _check_key(Found(document, occurrence), name)
        text = _written(name) if occurrence.plain else name
        changes.setdefault(document.name, []).append(TextEdit(occurrence.start, occurrence.end, text))
    return changes


def _check_legal(symbol: Symbol, name: str) -> None:
    rule = get_args(LabelName if symbol.kind == "profile" else Identifier)[1]
    try:
        rule.check(name)
    except PydanticCustomError as error:
        raise Refusal(error.message()) from None
    if symbol.kind == "item" and (name in RESERVED_ITEMS or not _is_root(name)):
        raise Refusal(f"an item cannot be called `{name}`: it is a word of the language")
    if symbol.path == ("steps", symbol.name) and name == "finally":
        raise Refusal("a step cannot be called `finally`: the steps of `[finally]` are known by this name")


def _is_root(name: str) -> bool:
    from specc_runtime.expressions import ExpressionSyntaxError, parse_expression
    from specc_runtime.expressions.tree import Name

    try:
        return isinstance(parse_expression(name), Name)
    except ExpressionSyntaxError:
        return False


def _written(name: str) -> str:
    """A name as a YAML scalar without quotes, should it be one that needs none."""
    from specc.source.yaml_scalars import resolve  # late: PyYAML is not needed for it, but few specs are YAML

    return name if isinstance(resolve(name), str) else f'"{name}"'


def _check_index(index: Index, found: Family, name: str) -> None:
    own = sorted(symbol for symbol in found.symbols if symbol.spec == index.spec)
    hidden = next((symbol for symbol in sorted(index.unplaced) if symbol in found.symbols), None)
    if hidden is not None:
        raise Refusal(f"`{hidden.name}` is written by way of an alias somewhere: write it out first")
    for symbol in own:
        _check_free(index, symbol, name)
        if symbol.kind == "item":
            _check_implied(index, symbol)
    for symbol in sorted(found.symbols):
        if symbol.kind == "output" and symbol.spec in index.run_as_steps:
            raise Refusal(f"`{FilePath(index.spec).name}` runs this spec and may read the output `{symbol.name}`")
        if symbol.kind == "profile" and name in index.values.table(("compute",)):
            raise Refusal(f"there is a profile `{name}` in `{FilePath(index.spec).name}`")
    _check_references(index, found, {symbol.path for symbol in own}, name)


def _check_free(index: Index, symbol: Symbol, name: str) -> None:
    """Refuse a name that something beside it has."""
    table = symbol.path[:-1]
    tables = (("steps",), ("finally",)) if table in (("steps",), ("finally",)) else (table,)
    if any(name in index.values.table(beside) for beside in tables):
        what = "step" if symbol.kind == "step" else symbol.kind
        raise Refusal(f"there is {'an' if what[0] in 'aeiou' else 'a'} {what} `{name}` already")


def _check_implied(index: Index, symbol: Symbol) -> None:
    """Refuse to rename an item that the function is given under its name, as it is nowhere used."""
    step = index.values.table(symbol.path[:-2])
    repeat = step.get("repeat")
    loop = [repeat.get("start"), repeat.get("until")] if isinstance(repeat, dict) else []
    if "call" in step and not any(_reads(value, symbol.name) for value in (step.get("with"), *loop)):
        raise Refusal(
            f"`{step['call']}` is given the item as its parameter `{symbol.name}`: "
            f'write `with.{symbol.name} = "${{{symbol.name}}}"` first'
        )


def _reads(value: Any, name: str) -> bool:
    if isinstance(value, str):
        return any(reference.root.text == name for reference in references(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_reads(item, name) for item in inner)


def _check_references(index: Index, found: Family, renamed: set[Path], name: str) -> None:
    """Refuse when a name in an expression would then mean something else than now."""
    for occurrence in index.occurrences:
        if not occurrence.scopes or occurrence.symbols[0].kind not in ("step", "item"):
            continue
        is_renamed = (index.real(occurrence.file), occurrence.start, occurrence.end) in found.found
        if not is_renamed and occurrence.symbols[0].name != name:
            continue
        meant = {symbol.path for symbol in occurrence.symbols}
        for scope in occurrence.scopes:
            then = _then(index, occurrence.symbols[0], scope, renamed, name)
            if then not in meant:
                line = index.files[index.real(occurrence.file)].lines.position(occurrence.start).line
                where = f"`{os.path.basename(occurrence.file)}`, line {line}"  # noqa: PTH119 - as documents are called
                kind = occurrence.symbols[0].kind
                raise Refusal(f"`{name}` in {where} would then mean another {kind} of this name")


def _then(index: Index, symbol: Symbol, scope: Scope, renamed: set[Path], name: str) -> Path | None:
    """What a name will mean in a scope."""
    if symbol.kind == "item":
        return next((path for known, path in reversed(scope.bound) if _called(known, path, renamed, name)), None)
    there = list(_steps(index, scope, renamed, name))
    visible = (path for path in there if path[-1] not in index.values.handlers(path[:-1]))
    return next(visible, there[0] if there else None)


def _called(known: str, path: Path | None, renamed: set[Path], name: str) -> bool:
    return path in renamed or (known == name and path is not None)


def _steps(index: Index, scope: Scope, renamed: set[Path], name: str) -> Iterator[Path]:
    for table in reversed(scope.tables):
        for path in (*(path for path in renamed if path[:-1] == table), (*table, name)):
            if path in renamed or name in index.values.table(table):
                yield path


def _check_key(found: Found, name: str) -> None:
    """Refuse when a table of the file would have the same key twice."""
    document, occurrence = found
    if not occurrence.is_key:
        return
    old = str(occurrence.place[-1])
    key = "/".join(name if part == occurrence.symbols[0].name else part for part in old.split("/"))
    table = lookup(document.value, occurrence.place[:-1])[1]
    if key != old and isinstance(table, dict) and key in table:
        where = ".".join(map(str, occurrence.place[:-1]))
        raise Refusal(f"there is a `{key}` in `{where}` of `{FilePath(document.name).name}` already")
