"""What runs in place of a step that a test replaces."""

from __future__ import annotations

import builtins
import importlib
import json
from collections.abc import Mapping
from typing import Any

from specc_runtime import errors
from specc_runtime.expressions import ExpressionError


def give(text: str, uses: list[Any]) -> Any:  # noqa: ARG001  # what the step uses is evaluated, and that is all
    """The value of a JSON text."""
    return json.loads(text)


def fail(name: str, message: str, uses: list[Any]) -> Any:  # noqa: ARG001  # given so that a skipped step skips this one
    """Raise an error called `name`: a class of Python's, of specc's or, with a dot, of a module; else a plain one."""
    raise error_of(name, message)


def item(given: Any, uses: list[Any]) -> Any:
    """What a test gives for an item of a map, or for each of a batch."""
    if isinstance(given, list):
        return [item(one, uses) for one in given]
    return give(given["text"], uses) if "text" in given else fail(given["name"], given["message"], uses)


def error_of(name: str, message: str) -> BaseException:
    """An error of a class called `name`, which is below the real class of that name if there is one."""
    module, _, bare = name.rpartition(".")
    parent = _find(module, bare)
    members = {
        "__init__": lambda *_: None,  # a class of the user's may want more than a message
        "__str__": lambda _: message,
        "__module__": parent.__module__ if parent.__name__ == bare else module or "builtins",
    }
    try:
        found: BaseException = type(bare, (parent,), members)(message)
    except TypeError:  # a class that nothing can be derived from, or that is made of something else
        found = type(bare, (Exception,), members)(message)
    return found


def _find(module: str, name: str) -> type[BaseException]:
    """The class that is meant, or the one that a plain error is below."""
    if not module and name == errors.TIMEOUT:
        return TimeoutError
    known = {"ExpressionError": ExpressionError}
    places: list[Mapping[str, Any]] = [_members(module)] if module else [known, vars(errors), vars(builtins)]
    for place in places:
        found = place.get(name)
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
    return Exception


def _members(module: str) -> Mapping[str, Any]:
    try:
        return vars(importlib.import_module(module))
    except Exception:  # it may need what is not there, which is why the step is replaced
        return {}
