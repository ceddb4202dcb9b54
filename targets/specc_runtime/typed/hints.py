"""Annotations as objects. What cannot be resolved is left out, one annotation at a time."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any, NamedTuple

UNKNOWN: Any = Any
"""What stands for an annotation that cannot be resolved."""
ALIAS: Any = getattr(typing, "TypeAliasType", ())
"""The class of `type X = ...`, which Python has from 3.12 on."""
Names = Mapping[str, Any]


def resolve(annotation: Any, names: Names) -> Any:
    """The annotation as an object, where it is a text or a forward reference; `UNKNOWN` when that is impossible."""
    for _ in range(8):  # a text may hold a text
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if not isinstance(annotation, str):
            return annotation
        try:
            # What stands in the user's own source, as `typing.get_type_hints` evaluates it.
            annotation = eval(annotation.strip(), dict(names))
        except Exception:  # a name that is only there for type checkers, or anything that the text does
            return UNKNOWN
    return UNKNOWN


def names_of_class(cls: type) -> Names:
    """The names that annotations in the body of a class may use."""
    module = sys.modules.get(cls.__module__)
    return {**(vars(module) if module is not None else {}), cls.__name__: cls, **vars(cls)}


def class_hints(cls: type) -> dict[str, tuple[Any, Names]]:
    """The annotations of a class and of what it extends, each with the names that it may use."""
    found: dict[str, tuple[Any, Names]] = {}
    for base in reversed(cls.__mro__):
        own = _annotations(base)
        if own:
            names = names_of_class(base)
            found.update((name, (annotation, names)) for name, annotation in own.items())
    return found


def _annotations(thing: Any) -> dict[str, Any]:
    try:
        return inspect.get_annotations(thing)
    except Exception:  # annotations that are computed, and cannot be
        return {}


class Hints(NamedTuple):
    """The annotations of a callable, and the names that they may use."""

    parameters: dict[str, Any]
    """Of every parameter that can be given by name; `UNKNOWN` where there is none."""
    nullable: frozenset[str]
    """Parameters whose default is None, which may be given as well."""
    rest: Any
    """Of `**kwargs`."""
    result: Any
    names: Names


def function_hints(function: Callable[..., Any]) -> Hints | None:
    """The annotations of what can be called; None when there are none to be had."""
    if isinstance(function, type):
        return _class_parameters(function)
    inner = _underlying(function)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    if inner is None:
        return None
    parameters, rest = {}, UNKNOWN
    for name, item in signature.parameters.items():
        annotation = UNKNOWN if item.annotation is item.empty else item.annotation
        if item.kind is item.VAR_KEYWORD:
            rest = annotation
        elif item.kind is not item.VAR_POSITIONAL:
            parameters[name] = annotation
    nullable = frozenset(name for name, item in signature.parameters.items() if item.default is None)
    given = signature.return_annotation
    return Hints(parameters, nullable, rest, UNKNOWN if given is inspect.Signature.empty else given, _globals(inner))


def _underlying(function: Any) -> FunctionType | None:
    """The plain function below decorators, `functools.partial`, methods and callable instances."""
    for _ in range(32):
        if isinstance(function, FunctionType) and not hasattr(function, "__wrapped__"):
            return function
        if hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif isinstance(function, MethodType):
            function = function.__func__
        elif isinstance(function, partial):
            function = function.func
        else:
            function = getattr(type(function), "__call__", None)  # noqa: B004  # what it is, not whether it is
    return None


def _globals(function: Any) -> Names:
    found: dict[str, Any] = dict(getattr(function, "__globals__", {}))
    variables = getattr(getattr(function, "__code__", None), "co_freevars", ())
    for name, cell in zip(variables, getattr(function, "__closure__", None) or (), strict=False):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not filled yet
            continue
    return found


def _class_parameters(cls: type) -> Hints | None:
    """Of a class that is called: the fields of a dataclass or named tuple, or the parameters of `__init__`."""
    if hasattr(cls, "__pydantic_validator__"):
        return None  # it reads JSON by itself
    if hasattr(cls, "__dataclass_fields__") or hasattr(cls, "_fields"):
        found = {name: resolve(annotation, names) for name, (annotation, names) in class_hints(cls).items()}
        return Hints(found, _nullable(cls), UNKNOWN, UNKNOWN, {})
    maker = vars(cls).get("__init__")
    hints = function_hints(maker) if isinstance(maker, FunctionType) else None
    return hints._replace(result=UNKNOWN) if hints is not None else None


def _nullable(cls: type) -> frozenset[str]:
    return frozenset(name for name in class_hints(cls) if getattr(cls, name, UNKNOWN) is None)
