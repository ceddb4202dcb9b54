"""What a stack overrides, laid over the spec."""

from __future__ import annotations

from dataclasses import replace

from specc.diagnostics import Label, Place, Sink, closest
from specc.source.spec import Spec, merge

_NOT_LAID = frozenset({"region", "endpoint", "bucket", "protect", "role"})
"""Keys of a stack that say where it is; the rest are keys of the spec."""


def with_stack(spec: Spec, stack: str, sink: Sink) -> Spec | None:
    """The spec as it is in `[stacks.STACK]`; None, and SPC235, when it declares no such stack."""
    stacks = spec.value.get("stacks")
    known = stacks if isinstance(stacks, dict) else {}
    if stack not in known:
        near = closest(stack, known)
        sink.report(
            "SPC235",
            f"there is no stack `{stack}`",
            Label(Place(("stacks",), "key"), "not declared here"),
            help=f"did you mean `{near}`?" if near else f"declare it under `[stacks.{stack}]`",
        )
        return None
    given = known[stack]
    overrides = {key: value for key, value in given.items() if key not in _NOT_LAID} if isinstance(given, dict) else {}
    return replace(spec, value=merge(spec.value, overrides), overlay=(stack, overrides))
