"""Which keys the language has where, with what each holds: read off the models."""

from __future__ import annotations

import types as python_types
from collections.abc import Set
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from specc.schema.vocabulary import keys_of, table_at
from specc.source.side_table import Path
from specc_schemas.documentation import descriptions, example_of
from specc_schemas.steps import ACTION_KEYS, ACTIONS, ITERATING, Step
from specc_schemas.triggers import Schedule


class Key(NamedTuple):
    """A key of a table."""

    name: str
    annotation: Any
    required: bool
    about: str
    example: str | None

    @property
    def shape(self) -> str:
        """What its value looks like: `table`, `tables`, `list`, `boolean`, `number`, `text` or `any`."""
        return shape_of(self.annotation)

    @property
    def may_be_table(self) -> bool:
        """Whether its value can be a table, be it that another one is more usual."""
        arms = _arms(self.annotation)
        return any(get_origin(arm) is dict or (isinstance(arm, type) and issubclass(arm, BaseModel)) for arm in arms)

    @property
    def choices(self) -> tuple[Any, ...]:
        """The only values that it has."""
        return choices_of(self.annotation)


_ONE_OF = {"Trigger": ("schedule", "event"), "Schedule": ("cron", "rate"), "OnError": ("use", "run")}
"""Keys of which a table has exactly one."""


def keys_at(path: Path, given: Set[str]) -> list[Key]:
    """The keys that may still be added to the table at a path, required ones first."""
    model = table_at(path)
    if model is None:
        return []
    keys = [key for key in _keys(model) if key.name not in given and _fits(model, key.name, given)]
    return sorted(keys, key=lambda key: not key.required)


def key_at(path: Path) -> Key | None:
    """What is known of the key that leads to a value."""
    if not path:
        return None
    if isinstance(path[-1], int):
        outer = key_at(path[:-1])
        return outer._replace(annotation=item_of(outer.annotation)) if outer is not None else None
    model = table_at(path[:-1])
    if model is None:
        outer = key_at(path[:-1])
        inner = _below(outer.annotation) if outer is not None else None
        return Key(str(path[-1]), inner, False, outer.about, None) if outer is not None and inner is not None else None
    return next((key for key in _keys(model) if key.name == path[-1]), None)


def _fits(model: type[BaseModel], key: str, given: Set[str]) -> bool:
    if model is Step:
        actions = [action for action in ACTIONS if action in given]
        if actions:
            return key == "description" or any(key in ACTION_KEYS[action] for action in actions)
        if key in ITERATING and "each" not in given and ("matrix" not in given or key == "batch"):
            return False
        needed = [name for name in given if name not in ("description", *ACTIONS)]
        return key not in ACTIONS or all(name in ACTION_KEYS[key] for name in needed)
    if model is Schedule and ("rate" in given if key == "timezone" else key == "rate" and "timezone" in given):
        return False
    rivals = _ONE_OF.get(model.__name__, ())
    return key not in rivals or not any(rival in given for rival in rivals)


@cache
def _keys(model: type[BaseModel]) -> tuple[Key, ...]:
    texts = descriptions(model)
    found = []
    for name, annotation in keys_of(model).items():
        field = next(item for key, item in model.model_fields.items() if (item.alias or key) == name)
        found.append(Key(name, annotation, field.is_required(), texts.get(name, ""), example_of(model, name)))
    return tuple(found)


def _arms(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, without null."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _arms(get_args(annotation)[0])
    if origin in (Union, python_types.UnionType):
        return [inner for arm in get_args(annotation) if arm is not type(None) for inner in _arms(arm)]
    return [annotation]


def item_of(annotation: Any) -> Any:
    """What the items are of a list that an annotation allows."""
    return next((get_args(arm)[0] for arm in _arms(annotation) if get_origin(arm) is list), None)


def _below(annotation: Any) -> Any:
    return next((get_args(arm)[1] for arm in _arms(annotation) if get_origin(arm) is dict), None)


def choices_of(annotation: Any) -> tuple[Any, ...]:
    """The values that an annotation allows, when it lists them."""
    arms = _arms(annotation)
    found = [value for arm in arms if get_origin(arm) is Literal for value in get_args(arm)]
    if bool in arms:
        found += [True, False]
    return tuple(found)


def shape_of(annotation: Any) -> str:
    """What a value looks like that is usually written here."""
    arms = _arms(annotation)
    if (
        any(isinstance(arm, type) and issubclass(arm, BaseModel) for arm in arms)
        and str not in arms
        and bool not in arms
    ):
        return "table"
    for arm in arms:
        origin = get_origin(arm) or arm
        if origin is dict:
            return "table"
        if origin is list:
            inner = _arms(get_args(arm)[0]) if get_args(arm) else []
            return "tables" if any(isinstance(one, type) and issubclass(one, BaseModel) for one in inner) else "list"
        if origin is bool:
            return "boolean"
        if origin in (int, float):
            return "number"
        if origin is str:
            return "text"
        if origin is Literal:
            return "text" if isinstance(get_args(arm)[0], str) else "number"
    return "any"


def has_keys(path: Path) -> bool:
    """Whether the table at a path has the language's keys, not names of the user's."""
    return table_at(path) is not None


def is_named(path: Path) -> bool:
    """Whether the table at a path has names of the user's as its keys."""
    outer = key_at(path) if path else None
    return table_at(path) is None and outer is not None and shape_of(outer.annotation) == "table"


def holds_tables(path: Path) -> bool:
    """Whether what stands under the user's names at a path are tables."""
    return is_named(path) and table_at((*path, "name")) is not None
