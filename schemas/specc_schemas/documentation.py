"""What the docstrings under the keys of the models say. Editors show it; help texts quote its examples.

The docstrings are read from the source on demand: pydantic would do it for every model whenever it is imported.
"""

import ast
import inspect
import re
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
    found = re.search(r"Example: `(.+)`\.$", descriptions(model).get(key, ""))
    return found[1] if found else None


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
