"""What the docstrings under the keys of the models say. Editors show it; help texts quote its examples.

The docstrings are read from the source on demand: pydantic would do it for every model whenever it is imported.
"""

import ast
import inspect
import json
import re
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel


@cache
def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The text under each key of a model, by the key's name in a spec."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if base is not BaseModel and issubclass(base, BaseModel):
            found |= _own(base)
    return {field.alias or name: found[name] for name, field in model.model_fields.items() if name in found}


def example_of(model: type[BaseModel], key: str) -> str | None:
    """The example that a key's text ends with, as it would be written in TOML."""
    found = _EXAMPLE.search(descriptions(model).get(key, ""))
    return found[1] if found else None


def example_in(text: str) -> tuple[bool, Any]:
    """Whether a key's text ends with an example that is a value, and that value; a table's header is none."""
    return _value(_EXAMPLE.search(text))


def default_in(text: str) -> tuple[bool, Any]:
    """Whether a key's text names a value as what holds without the key, and that value; prose is none."""
    return _value(_DEFAULT.search(text))


_EXAMPLE = re.compile(r"Example: `(.+)`\.$")
_DEFAULT = re.compile(r"Default: `([^`]+)`\.")


def _value(found: re.Match[str] | None) -> tuple[bool, Any]:
    """A value as it would be written in TOML, or in JSON where nobody writes TOML."""
    if found is None:
        return False, None
    try:
        return True, tomllib.loads(f"value = {found[1]}")["value"]
    except tomllib.TOMLDecodeError:
        pass
    try:
        return True, json.loads(found[1])
    except ValueError:
        return False, None


@cache
def _own(model: type[BaseModel]) -> dict[str, str]:
    texts = {}
    for name, statements in _classes(inspect.getsourcefile(model) or "").items():
        if name == model.__name__:
            for field, text in pairwise(statements):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(text):
                    texts[field.target.id] = inspect.cleandoc(text.value.value).replace("\n", " ")  # type: ignore[attr-defined]  # the target of an annotated assignment
    return texts


@cache
def _classes(file: str) -> dict[str, list[ast.stmt]]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}


def _is_text(statement: Any) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
