"""Which expression of a step has failed, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from specc.diagnostics import Place
from specc.ir.walk import Use
from specc_runtime.expressions import ExpressionError, evaluate

_LONGEST = 120


def expression_at_fault(found: Iterable[Use], scope: Mapping[str, Any]) -> Place | None:
    """The place of the first expression among `found` that has no value in `scope`."""
    for use in found:
        for path, start, end, expression in use.template.expressions:
            try:
                evaluate(expression, scope)
            except ExpressionError:
                return use.place.child(*path).slice(start, end)
            except Exception:  # skipped or out of reach: another one is to blame
                continue
    return None


def note_on(found: Iterable[Use], fault: Place, origin: Place) -> str:
    """What the expression at `fault` is and under which key of the step at `origin` it stands."""
    for use in found:
        for path, start, end, expression in use.template.expressions:
            if use.place.child(*path).slice(start, end) == fault:
                text = str(expression)
                shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
                return f"`{_key(fault, origin)}` needs `${{{shown}}}`"
    return f"it is `{_key(fault, origin)}`"


def _key(place: Place, origin: Place) -> str:
    """The keys from `origin` on, as the spec writes them."""
    keys = place.path[len(origin.path) :] or place.path
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")
