"""The user's functions: found in the user's package, and called."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

from specc_runtime.errors import FunctionNotFound
from specc_runtime.typed.boundary import boundary

_lock = threading.RLock()
_roots: list[str] = []
_OURS = frozenset({"specc", "specc_runtime", "specc_schemas", "specc_targets"})
"""Packages that go on running, also where a spec lies above their folders."""


def use_root(root: Path) -> None:
    """Make the user's package the first place where modules are looked for.

    Modules that came from another root before are forgotten, so that two packages may have modules of one name.
    """
    found = str(root.resolve())
    with _lock:
        if _roots and _roots[-1] == found and found in sys.path:
            return
        for old in _roots:
            if old in sys.path:
                sys.path.remove(old)
            _forget(old, found)
        _roots[:] = [found]
        sys.path.insert(0, found)
        importlib.invalidate_caches()


def root() -> Path | None:
    """The folder of the user's package, where there is one."""
    with _lock:
        return Path(_roots[-1]) if _roots else None


def leave_root() -> None:
    """Look for modules in the user's package no longer; those that were imported stay."""
    with _lock:
        for root in _roots:
            if root in sys.path:
                sys.path.remove(root)


def _forget(old: str, new: str) -> None:
    prefix = old.rstrip("/") + "/"
    if new.startswith(prefix) or prefix.startswith(new.rstrip("/") + "/"):
        return
    for name, module in list(sys.modules.items()):
        if _is_below(module, prefix):
            del sys.modules[name]


def _is_below(module: object, prefix: str) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.startswith(prefix) and "/site-packages/" not in file


def forget_modules(known: Container[str]) -> None:
    """Forget the modules of the user's package that are not `known`, so that the next run has them as new."""
    with _lock:
        prefixes = [root.rstrip("/") + "/" for root in _roots]
        for name, module in list(sys.modules.items()):
            ours = name.partition(".")[0] in _OURS
            if name not in known and not ours and any(_is_below(module, prefix) for prefix in prefixes):
                del sys.modules[name]


def load_function(reference: str) -> Callable[..., Any]:
    """The callable that `module:qualified.name` means.

    Raises `FunctionNotFound`, or whatever the module raises while it is imported.
    """
    module_name, _, qualname = reference.partition(":")
    with _lock:
        module = sys.modules.get(module_name)
        if module is None:
            try:
                module = importlib.import_module(module_name)
            except ModuleNotFoundError as error:
                if error.name is None or not (module_name + ".").startswith(error.name + "."):
                    raise  # something that the module itself imports
                raise FunctionNotFound(f"there is no module `{module_name}` beside the spec") from None
    found: Any = module
    for part in qualname.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise FunctionNotFound(f"module `{module_name}` has no `{qualname}`") from None
    if not callable(found):
        raise FunctionNotFound(f"`{reference}` is not a function")
    return found  # type: ignore[no-any-return]  # anything callable


def prepare(function: Callable[..., Any], codec: str | None = None) -> Callable[[Mapping[str, Any]], Any]:
    """What calls `function` with arguments by name, as JSON has them, and gives its result; made once for a function.

    Arguments become what the function's annotations say, and the result becomes JSON where its annotation says more
    than its type (`specc_runtime.typed`); with a `codec` other than JSON it stays what it is. What is awaitable is
    awaited, what a generator yields becomes a list. Calling it raises what the function does, and `ArgumentMismatch`.
    """
    raw = codec is not None and codec != "json"
    known = _prepared.get((id(function), raw))
    if known is not None and known[0] is function:
        return known[1]
    made = _made(function, raw)
    if len(_prepared) >= _MOST_PREPARED:
        _prepared.clear()
    _prepared[id(function), raw] = (function, made)
    return made


def _made(function: Callable[..., Any], raw: bool) -> Callable[[Mapping[str, Any]], Any]:
    convert, dump = boundary(function)
    if raw:
        dump = None

    def plain(arguments: Mapping[str, Any]) -> Any:
        result = function(**arguments)
        return result if type(result) in _FINISHED else _finish(result)

    if convert is None and dump is None:
        return plain

    def typed(arguments: Mapping[str, Any]) -> Any:
        result = function(**(arguments if convert is None else convert(arguments)))
        if type(result) not in _FINISHED:
            result = _finish(result)
        return result if dump is None else dump(result)

    return typed


_FINISHED = frozenset({type(None), bool, int, float, str, list, dict, bytes})
"""Types of results that are neither awaited nor listed."""
_MOST_PREPARED = 4096
_prepared: dict[tuple[int, bool], tuple[Callable[..., Any], Callable[[Mapping[str, Any]], Any]]] = {}


def call(function: Callable[..., Any], arguments: Mapping[str, Any], codec: str | None = None) -> Any:
    """The same for a single call."""
    return prepare(function, codec)(arguments)


def _finish(result: Any) -> Any:
    if inspect.isawaitable(result) or inspect.isasyncgen(result):
        import asyncio  # late: few functions need an event loop

        return asyncio.run(_awaited(result))
    return list(result) if inspect.isgenerator(result) else result


async def _awaited(result: Any) -> Any:
    if inspect.isasyncgen(result):
        return [item async for item in result]
    found = await result
    return [item async for item in found] if inspect.isasyncgen(found) else found
