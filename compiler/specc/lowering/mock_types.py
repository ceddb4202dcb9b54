"""What tests give in place of a step against what the step is known to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import ROOT, Label, Severity, Sink
from specc.expressions.types import assignable, of_value
from specc.ir.mocked_approvals import completed
from specc.ir.mocking import constant, failure_of, handlers_of, items_of, map_of
from specc.ir.module import Module

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec


def check_mock_types(model: PipelineSpec, module: Module, sink: Sink) -> None:
    """Check the mocks of a sound spec, whose `module` has been through all passes. Reports SPC227."""
    regions = (module.finally_, module.body)  # what stands in both is the body's
    ops = {op.name: op for region in regions for op in (*handlers_of(region), *region.ops)}
    for index, test in enumerate(model.tests or ()):
        for name, mock in (test.mock or {}).items():
            value, op = constant(mock), ops.get(name)
            if op is None:
                continue
            value = completed(op, value)
            if failure_of(value) is not None:
                continue
            items = items_of(value) if map_of(op) is not None else None
            if items is not None:
                value = [item for item in items if failure_of(item) is None]
            if assignable(of_value(value), op.result) is False:
                sink.report(
                    "SPC227",
                    f"a test replaces step `{name}` by what it never gives: {of_value(value)}",
                    Label(ROOT.child("tests", index, "mock", name), "such a run cannot happen"),
                    Label(op.origin.key(), f"gives {op.result}"),
                    severity=Severity.WARNING,
                    help="make it a value that the step could give, or correct the annotation of its function",
                )
