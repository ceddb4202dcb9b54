"""Approvals in tests, where there is nobody to ask: a mock says what is decided, and without one the step fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import Approve, Op, SubPipeline
from specc.ir.region import Region
from specc.ir.walk import body_of
from specc_runtime.expressions import JsonValue

_DECISION: dict[str, JsonValue] = {"comment": None, "at": "2000-01-01T00:00:00Z"}
REFUSED: dict[str, JsonValue] = {"error": "Rejected", "message": "refused by a test"}
"""The mock that a refusal is."""
_NOBODY = "the step asks {0}, and a test has nobody: give it a mock, such as `mock.{1} = {{ approved = true }}`"
_NOBODY_INSIDE = "the step asks {0}, and a test has nobody: give `{1}`, which it is in, a mock"

Fail = Callable[[Approve, str], Op]
"""What fails with a message in the place of an approval."""


def completed(op: Op, mock: JsonValue) -> JsonValue:
    """The mock of a step; of an approval with what it leaves out, as the error `Rejected` where it refuses."""
    approval = _approval(op)
    if approval is None:
        return mock
    if isinstance(mock, dict) and isinstance(mock.get("each"), list):
        return {**mock, "each": completed(op, mock["each"])}
    if isinstance(mock, list):
        return [completed(op, item) for item in mock]
    if not isinstance(mock, dict) or not isinstance(mock.get("approved"), bool):
        return mock
    return {**_DECISION, "by": approval.by[0], **mock} if mock["approved"] else REFUSED


def _approval(op: Op) -> Approve | None:
    """The approval that a step is, below what wraps it."""
    if isinstance(op, Approve):
        return op
    body = body_of(op)
    inner = body.by_name.get(op.name) if body is not None else None
    return _approval(inner) if inner is not None else None


def without_people(region: Region, fail: Fail, parent: str = "") -> Region:
    """The region with every approval, at any depth, replaced by a call that fails."""

    def change(op: Op) -> Op:
        body = body_of(op)
        if isinstance(op, Approve):
            text = _NOBODY if parent in ("", op.name) else _NOBODY_INSIDE
            return fail(op, text.format(" or ".join(op.by), parent or op.name))
        if isinstance(op, SubPipeline):
            return _each_part(op, lambda part: without_people(part, fail, parent or op.name))
        if body is None:
            return op
        new = without_people(body, fail, parent or op.name)
        found: Any = op
        return op if new is body else replace(found, body=new)

    ops, handlers = tuple(map(change, region.ops)), tuple(map(change, region.handlers))
    if all(new is old for new, old in zip((*ops, *handlers), (*region.ops, *region.handlers), strict=True)):
        return region
    return replace(region, ops=ops, handlers=handlers)


def _each_part(op: SubPipeline, change: Callable[[Region], Region]) -> SubPipeline:
    module: Module = op.module
    body, finally_ = change(module.body), change(module.finally_)
    if body is module.body and finally_ is module.finally_:
        return op
    return replace(op, module=replace(module, body=body, finally_=finally_))
