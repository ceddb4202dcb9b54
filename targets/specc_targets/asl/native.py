"""Which expressions Step Functions itself can evaluate, and the paths of values that it must see for that."""

from __future__ import annotations

from collections.abc import Callable, Container

from specc.expressions.jsonata import to_jsonata

from specc_runtime.expressions import Reference, Template

NATIVE_ROOTS = frozenset({"steps", "params", "env", "run", "last", "error"})
"""Names whose values the machine holds in variables. Items of a map may be in the store: they need the handler."""


def is_native(template: Template, environment: Container[str]) -> bool:
    """Whether the machine can evaluate `template`, one expression, without calling a function."""
    found = template.expression
    if found is None:
        return template.is_constant
    for reference in template.references:
        if reference.root not in NATIVE_ROOTS or any(isinstance(part, int) and part < 0 for part in reference.path):
            return False
        if reference.root == "steps" and not reference.path:
            return False
        if reference.root == "env" and (len(reference.path) != 1 or reference.path[0] not in environment):
            return False
    try:
        to_jsonata(found, lambda _: "$value")
    except ValueError:
        return False
    return True


def translate(template: Template, resolve: Callable[[Reference], str]) -> str:
    """JSONata text of a template that is one native expression."""
    found = template.expression
    assert found is not None, "a constant needs no translation"
    return to_jsonata(found, resolve)
