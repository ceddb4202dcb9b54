"""The plan: a module as plain JSON. The engine needs nothing else to run it. `plan.schema.json` describes its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.diagnostics import Place
from specc.ir.fields import stated, text
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import Op, SubPipeline
from specc.ir.region import Region
from specc_runtime.expressions import JsonValue
from specc_targets.local.plan_reader import VERSION, read_plan, read_spans
from specc_targets.local.plan_values import PlanError

__all__ = ["VERSION", "Locate", "PlanError", "read_plan", "read_spans", "write_plan"]

Locate = Callable[[Place], str]
"""Where a place of the spec stands: `birds.toml:12:8`, the same on any machine."""
_NESTED = frozenset({"body", "finally_", "parameters", "outputs", "module"})


def write_plan(module: Module, locate: Locate | None = None) -> dict[str, JsonValue]:
    """A module as JSON. Fields at their default are left out; `origin` is the path in the spec.

    With `locate` the plan also says at which line and column of the spec each part stands.
    """
    writer = _Writer(locate)
    return {"specc": VERSION, "module": writer.module(module)}


def _fields(item: Any) -> dict[str, JsonValue]:
    return {field.name: text(field).write(value) for field, value in stated(item) if field.name not in _NESTED}


class _Writer:
    def __init__(self, locate: Locate | None) -> None:
        self._locate = locate

    def module(self, module: Module) -> dict[str, JsonValue]:
        return {
            **_fields(module),
            "parameters": [self.placed(item) for item in module.parameters],
            "outputs": [self.placed(item) for item in module.outputs],
            "body": self.region(module.body),
            "finally": self.region(module.finally_),
        }

    def placed(self, item: Op | Parameter | Output) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {**_fields(item), "origin": list(item.origin.path)}
        if self._locate is not None:
            found["at"] = self._locate(item.origin.key())
        return found

    def region(self, region: Region) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {"ops": [self._op(op) for op in region.ops]}
        if region.edges:
            found["edges"] = [[edge.source, edge.target, edge.kind, edge.optional] for edge in region.edges]
        if region.yields is not None:
            found["yields"] = [region.yields.raw]
        if region.handlers:
            found["handlers"] = [self._op(op) for op in region.handlers]
        if region.binds:
            found["binds"] = list(region.binds)
        return found

    def _op(self, op: Op) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = {"kind": op.kind, **self.placed(op)}
        if isinstance(op, SubPipeline):
            found["module"] = self.module(op.module)
        body = getattr(op, "body", None)
        if isinstance(body, Region):
            found["body"] = self.region(body)
        return found
