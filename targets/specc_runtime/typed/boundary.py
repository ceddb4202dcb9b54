"""What stands between a function and the JSON it is called with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from specc_runtime.errors import ArgumentMismatch
from specc_runtime.typed.fit import Load, Unfit, shown_path
from specc_runtime.typed.hints import UNKNOWN, Hints, function_hints

_PLAIN = frozenset({UNKNOWN, None, type(None), bool, int, float, str, list, dict, object})
"""Annotations that ask for nothing; most functions have no others."""


class Boundary(NamedTuple):
    """The conversions of one function; None where there is nothing to do."""

    arguments: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None
    """Makes what the annotations say of arguments by name. Raises `ArgumentMismatch`."""
    result: Callable[[Any], Any] | None
    """Makes JSON of a finished result, as far as the annotation says more than the value itself."""


OPEN = Boundary(None, None)


def boundary(function: Callable[..., Any]) -> Boundary:
    """The conversions that the annotations of `function` ask for."""
    hints = function_hints(function)
    if hints is None:
        return OPEN
    loads, rest = _loads(hints)
    convert = None
    if rest is not None or any(load is not None for load in loads.values()):
        convert = _Arguments(_name(function), loads, rest)
    return Boundary(convert, None if _plain(hints.result) else _result(hints))


def _plain(annotation: Any) -> bool:
    try:
        return annotation in _PLAIN
    except TypeError:
        return False


def _name(function: Callable[..., Any]) -> str:
    inner = getattr(function, "func", function)  # of `functools.partial`
    name = getattr(inner, "__qualname__", None)
    return f"{inner.__module__}:{name}" if name is not None else f"{type(inner).__module__}:{type(inner).__qualname__}"


def _loads(hints: Hints) -> tuple[dict[str, Load | None], Load | None]:
    wanted = {name: annotation for name, annotation in hints.parameters.items() if not _plain(annotation)}
    if not wanted and _plain(hints.rest):
        return {}, None
    from specc_runtime.typed.loading import Builder

    builder = Builder()
    found: dict[str, Load | None] = dict.fromkeys(hints.parameters)
    for name, annotation in wanted.items():
        load = builder.build(annotation, hints.names).load
        found[name] = load if load is None or name not in hints.nullable else _or_null(load)
    return found, builder.build(hints.rest, hints.names).load


def _or_null(load: Load) -> Load:
    return lambda value: None if value is None else load(value)


def _result(hints: Hints) -> Callable[[Any], Any] | None:
    from specc_runtime.typed.results import dump_of

    found = dump_of(hints.result, hints.names)
    if found is None:
        return None
    accepts, dump = found

    def convert(value: Any) -> Any:
        """A value that is not what was declared is left to its own type."""
        if not accepts(value):
            return value
        try:
            return dump(value)
        except Unfit:
            return value  # it is written, or refused, as what it is

    return convert


class _Arguments:
    """Converts the arguments of one function."""

    def __init__(self, function: str, loads: Mapping[str, Load | None], rest: Load | None) -> None:
        self._function, self._rest, self._known = function, rest, frozenset(loads)
        self._loads = [(name, load) for name, load in loads.items() if load is not None]

    def __call__(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        found = dict(arguments)
        for name, load in self._loads:
            if name in found:
                found[name] = self._loaded(name, load, found[name])
        if self._rest is not None:
            for name, value in arguments.items():
                if name not in self._known:
                    found[name] = self._loaded(name, self._rest, value)
        return found

    def _loaded(self, name: str, load: Load, value: Any) -> Any:
        try:
            return load(value)
        except Unfit as fault:
            inner = f": `{shown_path([name, *fault.path])}`" if fault.path else ""
            text = f"argument `{name}` of `{self._function}`{inner} {fault.reason}"
            raise ArgumentMismatch(text) from fault.cause
        except RecursionError:
            raise ArgumentMismatch(f"argument `{name}` of `{self._function}` is nested too deep") from None
