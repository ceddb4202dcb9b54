"""Walks over operations: the templates each one evaluates, and where they stand in the spec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from specc.diagnostics import Place
from specc.ir.module import Module
from specc.ir.ops import (
    ActionTask,
    Approve,
    AwsTask,
    CallTask,
    CommandTask,
    FunctionRef,
    HttpTask,
    Loop,
    Map,
    Op,
    ReadTask,
    Recoverable,
    ScriptTask,
    SubPipeline,
    Wait,
)
from specc.ir.region import Region
from specc_runtime.expressions import Reference, Template

Role = Literal[
    "when", "arguments", "source", "yields", "start", "until", "use", "duration", "instant", "key", "message"
]


MATRIX = "matrix"
"""What a map binds that runs over configurations; no item of `each` may be called so."""


class Use(NamedTuple):
    """A template that an operation evaluates.

    `inside` says that it is evaluated in the operation's own region (a map's yield, a loop's test), not around it.
    """

    template: Template
    role: Role
    place: Place
    inside: bool = False


def uses(op: Op) -> Iterator[Use]:
    """The templates of one operation, without those of the operations in its region."""
    if op.when is not None:
        yield Use(op.when, "when", op.origin.child("when"))
    yield from _own_uses(op)
    body = body_of(op)
    if body is not None and body.yields is not None:
        yield Use(body.yields, "yields", op.origin.child("yield"), inside=True)
    if isinstance(op, Recoverable):
        for catch in op.catches:
            if catch.use is not None:
                yield Use(catch.use, "use", op.origin.child("on_error", catch.errors[0], "use"))


def _own_uses(op: Op) -> Iterator[Use]:
    """What only operations of its class evaluate."""
    if isinstance(op, CallTask):
        yield from _call_uses(op)
    elif isinstance(op, SubPipeline):
        yield Use(op.arguments, "arguments", op.origin.child("with"))
    elif isinstance(op, Wait):
        if op.duration is not None:
            yield Use(op.duration, "duration", op.origin.child("wait"))
        if op.until is not None:
            yield Use(op.until, "instant", op.origin.child("wait", "until"))
    elif isinstance(op, Approve):
        yield Use(op.message, "message", op.origin.child("approve", "message"))
    elif isinstance(op, Map):
        for name, template in op.sources:
            at = op.origin.child("each", name) if name != MATRIX else op.origin.child(MATRIX)
            yield Use(template, "source", at)
    elif isinstance(op, Loop):
        yield Use(op.start, "start", op.origin.child("repeat", "start"))
        if op.until is not None:
            yield Use(op.until, "until", op.origin.child("repeat", "until"), inside=True)


def _call_uses(op: CallTask) -> Iterator[Use]:
    yield Use(op.arguments, "arguments", arguments_place(op))
    if op.cache is not None and op.cache.key is not None:
        yield Use(op.cache.key, "key", op.origin.child("cache", "key"))


def generator_of(op: ReadTask) -> CallTask | None:
    """The call of the user's function that gives the configurations of a matrix; None where a file is read."""
    given = op.arguments.raw
    if not isinstance(given, dict) or "call" not in given:
        return None
    module, _, qualname = str(given["call"]).partition(":")
    function = FunctionRef(module=module, qualname=qualname)
    return CallTask(name=op.name, function=function, arguments=Template(given["arguments"]), origin=op.origin)


def arguments_place(op: CallTask) -> Place:
    """The table of the spec whose keys are the names of the call's arguments."""
    if isinstance(op, HttpTask):
        return op.origin.child("http")
    if isinstance(op, ActionTask) and not isinstance(op, AwsTask):
        return op.origin  # `command` and the like stand among the keys of the step
    return op.origin.child("with")


def body_of(op: Op) -> Region | None:
    """The region that the operation owns, if it owns one."""
    body = getattr(op, "body", None)
    return body if isinstance(body, Region) else None


def walk(region: Region) -> Iterator[Op]:
    """Every operation of a region and of the regions below it, outer before inner, handlers last."""
    for op in (*region.ops, *region.handlers):
        yield op
        body = body_of(op)
        if body is not None:
            yield from walk(body)


def every_operation(module: Module) -> Iterator[Op]:
    """Every operation of a module and of those that it runs as steps; those of `finally` after the body's."""
    for found in modules(module):
        for region in (found.body, found.finally_):
            yield from walk(region)


def modules(module: Module) -> Iterator[Module]:
    """A module, and those that it runs as steps, at any depth."""
    yield module
    for region in (module.body, module.finally_):
        for op in walk(region):
            if isinstance(op, SubPipeline):
                yield from modules(op.module)


def free_references(op: Op) -> Iterator[Reference]:
    """References by which the operation, or anything inside it, reads from outside of it.

    Handlers that its catches run belong to the region around it and are not included.
    """
    body = body_of(op)
    hidden = _hidden(body) if body is not None else frozenset[str]()
    for use in uses(op):
        for reference in use.template.references:
            bound = {"error"} if use.role == "use" else frozenset[str]()
            if (
                not (use.inside and body is not None and _defined(reference, body, hidden))
                and reference.root not in bound
            ):
                yield reference
    if body is not None:
        for inner in (*body.ops, *body.handlers):
            yield from (item for item in free_references(inner) if not _defined(item, body, hidden))


def _hidden(body: Region) -> frozenset[str]:
    return frozenset(body.binds)


def _defined(reference: Reference, body: Region, hidden: frozenset[str]) -> bool:
    if reference.root == "steps":
        return bool(reference.path) and reference.path[0] in body.by_name
    return reference.root in hidden


def status_errors(op: Op) -> frozenset[str]:
    """The errors that the exit statuses of an operation's programs stand for, its body's included."""
    body = body_of(op)
    found: set[str] = set()
    for one in [op] if body is None else walk(body):
        arguments = one.arguments.raw if isinstance(one, CommandTask | ScriptTask) else None
        codes = arguments.get("exit_codes") if isinstance(arguments, dict) else None
        found.update(str(name) for name in (codes.values() if isinstance(codes, dict) else ()) if name != "ok")
    return frozenset(found)
