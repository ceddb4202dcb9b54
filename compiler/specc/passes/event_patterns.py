"""Event patterns, as EventBridge takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink, closest

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue

MATCHERS = (
    "anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard",
)  # fmt: skip
"""What may stand in the place of a value (EventBridge user guide, "Comparison operators")."""
_OR = "$or"


def check_pattern(pattern: JsonValue, place: Place, sink: Sink) -> None:
    """Report SPC478 where a pattern says nothing that an event could be held against."""
    if not isinstance(pattern, dict):
        return
    for key, value in pattern.items():
        at = place.child(key)
        if key == _OR:
            if not isinstance(value, list) or len(value) < 2 or not all(isinstance(item, dict) for item in value):
                _report(sink, at, "`$or` is a list of two patterns or more", "write `[{ a = [1] }, { b = [2] }]`")
            else:
                for number, item in enumerate(value):
                    check_pattern(item, at.child(number), sink)
        elif isinstance(value, dict):
            _object(key, value, at, sink)
        elif isinstance(value, list):
            _list(key, value, at, sink)
        else:
            shown = f'"{value}"' if isinstance(value, str) else "null" if value is None else str(value).lower()
            _report(sink, at, f"`{key}` must be a list of the values that are meant", f"write `[{shown}]`")


def _object(key: str, value: dict[str, JsonValue], at: Place, sink: Sink) -> None:
    if len(value) == 1 and next(iter(value)) in MATCHERS:
        _report(sink, at, f"`{key}` must be a list of the values that are meant", "put what compares into `[...]`")
    elif not value:
        _report(sink, at, f"`{key}` says nothing", "write `[{ exists = true }]` for any value")
    else:
        check_pattern(value, at, sink)


def _list(key: str, values: list[JsonValue], at: Place, sink: Sink) -> None:
    if not values:
        _report(sink, at, f"no value fits `{key}`: the list is empty", "write `[{ exists = true }]` for any value")
    for number, item in enumerate(values):
        if isinstance(item, list):
            _report(sink, at.child(number), f"`{key}` holds a list inside of a list", "write the values side by side")
        elif isinstance(item, dict):
            name = next(iter(item), "")
            if len(item) != 1 or name not in MATCHERS:
                near = closest(name, MATCHERS)
                help = f"did you mean `{near}`?" if near and near != name else f"use one of {', '.join(MATCHERS)}"
                _report(sink, at.child(number), "this compares with nothing that EventBridge has", help)


def _report(sink: Sink, place: Place, message: str, help: str) -> None:
    sink.report("SPC478", f"no event pattern: {message}", Label(place, "fits no event"), help=help)
