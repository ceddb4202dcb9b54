"""A module whose steps are replaced: what a test runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from specc.ir.mocked_approvals import completed, without_people
from specc.ir.module import Module
from specc.ir.ops import Approve, CallTask, FunctionRef, Group, Map, Op, ReadTask, Recoverable
from specc.ir.region import Region
from specc.ir.walk import free_references, walk
from specc_runtime.expressions import JsonValue, Template, quote

_HOME = "specc_runtime.testing"


class Failure(NamedTuple):
    """The error that a mocked step fails with."""

    name: str
    message: str


def failure_of(mock: JsonValue) -> Failure | None:
    """The error that a mock asks for: `{ error = "Name" }`, with or without a `message`. All else is a result."""
    if not isinstance(mock, dict) or not mock.keys() <= {"error", "message"}:
        return None
    name, message = mock.get("error"), mock.get("message", "mocked")
    return Failure(name, message) if isinstance(name, str) and isinstance(message, str) else None


def items_of(mock: JsonValue) -> list[JsonValue] | None:
    """The mocks of single items that a mock of a step with `each` gives: `{ each = [...] }`. All else is a result."""
    items = mock["each"] if isinstance(mock, dict) and mock.keys() == {"each"} else None
    return items if isinstance(items, list) else None


def map_of(op: Op) -> Map | None:
    """The map that a step with `each` is: the operation itself, or one in a group with what reads its items."""
    if isinstance(op, Group) and any(isinstance(item, ReadTask) for item in op.body.ops):
        op = op.body.by_name.get(op.name, op)
    return op if isinstance(op, Map) else None


def constant(value: JsonValue) -> JsonValue:
    """A value of a test, its expressions computed; they refer to nothing. Raises `ExpressionError`."""
    return Template(value).evaluate({})


def mocked(module: Module, mocks: Mapping[str, JsonValue]) -> Module:
    """The module with each top-level step that `mocks` names replaced by a result or an error.

    What the step waits for, what skips it and what handles its failure stay as they are. Of a step with `each` the
    whole map is replaced, or, by `{ each = [...] }`, what it does for each item. Approvals that are not replaced fail.
    When nothing of the user's is left to call, no secret is read.
    """
    body = _region(module.body, mocks)
    names = {op.name for op in (*module.body.ops, *handlers_of(module.body))}
    finally_ = _region(module.finally_, {name: mock for name, mock in mocks.items() if name not in names})
    body, finally_ = (without_people(region, _nobody) for region in (body, finally_))
    calls = (op for region in (body, finally_) for op in walk(region) if isinstance(op, CallTask))
    silent = all(op.function.module == _HOME for op in calls)
    return replace(module, body=body, finally_=finally_, secrets=() if silent else module.secrets)


def handlers_of(region: Region) -> tuple[Op, ...]:
    """The steps of the same table that run only when another fails, those of maps too, which own what serves items."""
    return (*region.handlers, *(item for op in (*region.ops, *region.handlers) for item in _own_handlers(op)))


def _own_handlers(op: Op) -> Iterator[Op]:
    found = map_of(op)
    for item in found.body.handlers if found is not None else ():
        if _beside(item, op):
            yield item
            yield from _own_handlers(item)


def _beside(handler: Op, op: Op) -> bool:
    """Whether a handler stands beside an operation in the spec, not inside of it."""
    return handler.origin.path[:-1] == op.origin.path[:-1]


def _region(region: Region, mocks: Mapping[str, JsonValue]) -> Region:
    if not any(op.name in mocks for op in (*region.ops, *handlers_of(region))):
        return region
    ops, handlers = (tuple(_replaced(op, mocks) for op in found) for found in (region.ops, region.handlers))
    return replace(region, ops=ops, handlers=handlers)


def _replaced(op: Op, mocks: Mapping[str, JsonValue]) -> Op:
    if isinstance(op, Group) and map_of(op) is not None and (op.name not in mocks or items_of(mocks[op.name])):
        return replace(op, body=replace(op.body, ops=tuple(_replaced(item, mocks) for item in op.body.ops)))
    if op.name in mocks:
        mock = completed(op, mocks[op.name])
        items = items_of(mock) if isinstance(op, Map) else None
        return _mock(op, mock) if items is None or not isinstance(op, Map) else _mocked_items(op, items)
    if not isinstance(op, Map):
        return op
    handlers = tuple(_replaced(item, mocks) if _beside(item, op) else item for item in op.body.handlers)
    return replace(op, body=replace(op.body, handlers=handlers))


def _mocked_items(op: Map, mocks: list[JsonValue]) -> Map:
    """A map that goes on as it did, but whose body gives for each item what the mock of that item says.

    The mocks are one more source of the map, so there must be as many as there are items.
    """
    bound = "mock"
    while bound in op.body.binds:
        bound += "_"
    sources = (*op.sources, (bound, Template([_given(mock) for mock in mocks])))
    own = op.body.by_name.get(op.name)  # what the map wraps has its name; else the map holds steps of its own
    call = _call(own or op, "item", {"given": f"${{{bound}}}", "uses": list(_uses(op))})
    if own is None:
        call = replace(call, when=None, after=(), retry=None, catches=())
    handlers = op.body.handlers if own is not None else ()
    body = Region(
        ops=(call,), yields=Template(f"${{steps.{op.name}}}"), handlers=handlers, binds=(*op.body.binds, bound)
    )
    return replace(op, sources=sources, body=body)


def _given(mock: JsonValue) -> dict[str, JsonValue]:
    """What a call is to give, as its arguments."""
    found = constant(mock)
    failure = failure_of(found)
    if failure is None:
        return {"text": quote(json.dumps(found))}
    return {"name": quote(failure.name), "message": quote(failure.message)}


def _mock(op: Op, mock: JsonValue) -> CallTask:
    """A call that gives what `mock` says, in the place of `op`."""
    given = _given(mock)
    return _call(op, "give" if "text" in given else "fail", {**given, "uses": list(_uses(op))})


def _nobody(op: Approve, message: str) -> CallTask:
    """What fails in the place of an approval."""
    return _call(op, "fail", {"name": "NobodyToAsk", "message": quote(message), "uses": list(_uses(op))})


def _call(op: Op, function: str, arguments: dict[str, JsonValue]) -> CallTask:
    """A call of one of ours in the place of `op`."""
    retry = op.retry if isinstance(op, Recoverable) else None
    return CallTask(
        name=op.name,
        when=op.when,
        after=op.after,
        result=op.result,
        origin=op.origin,
        retry=replace(retry, delay=0.0) if retry is not None else None,  # the next attempt is no different
        catches=op.catches if isinstance(op, Recoverable) else (),
        function=FunctionRef(module=_HOME, qualname=function),
        arguments=Template(arguments),
    )


def _uses(op: Op) -> Iterator[str]:
    """A template for each step that `op` reads; whether one that is skipped skips `op` stays the same."""
    required: dict[str, bool] = {}
    for reference in free_references(op):
        if reference.root == "steps" and reference.path:
            name = str(reference.path[0])
            required[name] = required.get(name, False) or not reference.optional
    for name, needed in required.items():
        yield f"${{steps.{name}}}" if needed else f"${{coalesce(steps.{name})}}"
