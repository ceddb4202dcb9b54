"""What a test expects against what came of its run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from specc.ir.mocking import constant

if TYPE_CHECKING:
    from specc_schemas.tests import CallCount, Expectation

MISSING: Any = object()
"""There is no value."""
_LONGEST = 120
"""Characters of a value that are shown."""


class Difference(NamedTuple):
    """One thing that is not as expected. `path` says where: `outputs.song[0]`, `calls.flap`, `skipped` or `error`."""

    path: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.path}: expected {shown(self.expected)}, found {shown(self.found)}"


def differences(expect: Expectation, result: Any, calls: Mapping[str, int]) -> tuple[Difference, ...]:
    """Everything in which a run's result differs from what a test expects. `calls` counts those of each step."""
    return tuple(_differences(expect, result, calls))


def _differences(expect: Expectation, result: Any, calls: Mapping[str, int]) -> Iterator[Difference]:
    name = result.error.name if result.error is not None else MISSING
    if name != (expect.error if expect.error is not None else MISSING):
        yield Difference("error", MISSING if expect.error is None else expect.error, name)
    elif expect.error is None:
        for output, value in (expect.outputs or {}).items():
            yield from compare(f"outputs.{output}", constant(value), result.outputs.get(output, MISSING))
    for step, count in (expect.calls or {}).items():
        made = calls.get(step, 0)
        if made < (count.min or 0) or (count.max is not None and made > count.max):
            yield Difference(f"calls.{step}", _bounds(count), made)
    if expect.skipped is not None and set(expect.skipped) != set(result.skipped):
        yield Difference("skipped", expect.skipped, list(result.skipped))


def _bounds(count: CallCount) -> Any:
    if count.min == count.max:
        return count.min
    bounds = {"min": count.min, "max": count.max}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def compare(path: str, expected: Any, found: Any) -> Iterator[Difference]:
    """The places where two values differ as JSON: `true` is not 1, and the order of keys says nothing."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in dict.fromkeys((*expected, *found)):
            place = f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(key, ensure_ascii=False)}]"
            yield from compare(place, expected.get(key, MISSING), found.get(key, MISSING))
    elif isinstance(expected, list) and isinstance(found, list):
        for index in range(max(len(expected), len(found))):
            one, other = (values[index] if index < len(values) else MISSING for values in (expected, found))
            yield from compare(f"{path}[{index}]", one, other)
    elif isinstance(expected, bool) != isinstance(found, bool) or expected != found:
        yield Difference(path, expected, found)


def shown(value: Any) -> str:
    """A value in one line, cut where it is long."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
