"""What can be computed now is not computed in every run."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.diagnostics import Label, Severity
from specc.ir.module import Module
from specc.ir.ops import Op
from specc.ir.region import Region
from specc.passes.base import Context, Pass
from specc.passes.regions import map_regions
from specc_runtime.expressions import ExpressionError


class FoldConstants(Pass):
    """Decides conditions that refer to nothing. Reports SPC217 (never true) and SPC218 (always fails)."""

    name: ClassVar[str] = "fold-constants"

    def apply(self, context: Context, module: Module) -> Module:
        """The module without conditions that are always true."""
        if context.sink.failed:  # a condition may not even be an expression
            return module
        return map_regions(module, lambda region: _region(context, region))


def _region(context: Context, region: Region) -> Region:
    ops = tuple(_op(context, op) for op in region.ops)
    return region if all(new is old for new, old in zip(ops, region.ops, strict=True)) else replace(region, ops=ops)


def _op(context: Context, op: Op) -> Op:
    if op.when is None or op.when.references:
        return op
    place = op.origin.child("when")
    try:
        value = op.when.evaluate({})
    except ExpressionError as error:
        context.sink.report(
            "SPC218", f"the condition of step `{op.name}` always fails: {error}", Label(place, "fails in every run")
        )
        return op
    if value is True:
        return replace(op, when=None)
    context.sink.report(
        "SPC217",
        f"step `{op.name}` can never run: its condition is always false",
        Label(place, "always false"),
        severity=Severity.WARNING,
    )
    return op
