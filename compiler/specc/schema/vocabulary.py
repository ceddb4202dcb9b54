"""Which keys are valid where, read off the models."""

from __future__ import annotations

import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from specc_schemas import PipelineSpec

Path = tuple[str | int, ...]


def table_at(path: Path, root: type[BaseModel] = PipelineSpec) -> type[BaseModel] | None:
    """The model of the table at `path`, or None where any keys may stand."""
    here: Any = root
    for segment in path:
        here = _below(here, segment)
        if here is None:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a table, with what each holds."""
    return _keys(model)


@cache
def _keys(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def nested(model: type[BaseModel], key: str) -> list[str]:
    """Keys of `model` that hold a table (not a table of tables) in which `key` is valid."""
    found = []
    for name, annotation in _keys(model).items():
        inner = _shape(annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel) and key in _keys(inner):
            found.append(name)
    return found


def _below(here: Any, segment: str | int) -> Any:
    if isinstance(here, type) and issubclass(here, BaseModel):
        annotation = _keys(here).get(str(segment))
        if annotation is None and here.model_config.get("extra") == "allow":
            extra = here.__annotations__.get("__pydantic_extra__")
            return None if extra is None else _below(_shape(extra), segment)
        return None if annotation is None else _shape(annotation)
    origin = get_origin(here)
    if origin is dict:
        return _shape(get_args(here)[1])
    if origin is list and isinstance(segment, int):
        return _shape(get_args(here)[0])
    return None


def _shape(annotation: Any) -> Any:
    """The table, dict or list that an annotation allows beside plain values."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _shape(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        arms = [_shape(arm) for arm in get_args(annotation)]
        tables = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel)]
        return next(iter(tables), next((arm for arm in arms if get_origin(arm) in (dict, list)), None))
    return annotation
