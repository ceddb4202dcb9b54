"""Catchers, and parts of a machine that are retried or caught as a whole."""

from __future__ import annotations

from collections.abc import Callable

from specc.ir.ops import Op, Recoverable
from specc.ir.policies import Catch
from specc.ir.walk import body_of, walk
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.errors import ANY, caught, declared, error_equals, retrier
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, variable
from specc_targets.asl.values import emit_value

Write = Callable[[Scope, str, str], str]
"""Writes states in a scope that leave a result in a variable and go on to a state; gives the first one's name."""


def known_errors(op: Recoverable, scope: Scope) -> tuple[str, ...]:
    """Names under which the handler may raise: those the operation and all around it declare."""
    return tuple(dict.fromkeys((*declared(op), *scope.errors)))


def matched_errors(op: Recoverable, scope: Scope) -> tuple[str, ...]:
    """Names under which a failure may reach the operation: also those that only operations inside of it declare."""
    body = body_of(op)
    inside = [name for inner in walk(body) for name in declared_by(inner)] if body is not None else []
    return tuple(dict.fromkeys((*known_errors(op, scope), *inside)))


def declared_by(op: Op) -> tuple[str, ...]:
    """The error names of an operation, none for one that neither retries nor catches."""
    return declared(op) if isinstance(op, Recoverable) else ()


def retriers(emitter: Emitter, op: Recoverable, scope: Scope) -> list[Json]:
    """The user's retrier of an operation, if it has one."""
    if op.retry is None or op.retry.max == 0:
        return []
    return [retrier(op.retry, matched_errors(op, scope), emitter.classes)]


def catchers(emitter: Emitter, op: Recoverable, scope: Scope, target: str, after: str) -> list[Json]:
    """Write what stands in for a failed operation, and give the catchers that lead there."""
    found: list[Json] = []
    if not op.catches:
        return found
    error = emitter.names.variable("error", *scope.title(op.name).split("/"))
    handling = scope.inside(error=error)
    handlers: dict[str, str] = {}
    matched = matched_errors(op, scope)
    for catch in op.catches:
        if catch.run is None:
            entry = _use(emitter, op, catch, handling, target, after)
        elif catch.run in handlers:
            entry = handlers[catch.run]
        else:
            handler = next(item for item in scope.level.region.handlers if item.name == catch.run)
            entry = handlers[catch.run] = emitter.op(handler, handling, target, after)
        equals = error_equals(catch.errors, matched, emitter.classes)
        found.append({"ErrorEquals": equals, "Assign": {error: caught()}, "Output": {}, "Next": entry})
        if ANY in catch.errors:
            break
    return found


def _use(emitter: Emitter, op: Recoverable, catch: Catch, scope: Scope, target: str, after: str) -> str:
    assert catch.use is not None, "a catch has `use` or `run`"
    return emit_value(
        emitter,
        catch.use,
        scope,
        target,
        after,
        name=f"{scope.state(op.name)}-failed",
        step=scope.title(op.name),
        project=emitter.projections.result(scope.path(op.name)),
    )


def guarded(emitter: Emitter, op: Recoverable, scope: Scope, target: str, after: str, write: Write) -> str:
    """Write a part with the retry and the catches of `op` around it: a Parallel state of one branch if it has any."""
    retry, catch = retriers(emitter, op, scope), catchers(emitter, op, scope, target, after)
    if not retry and not catch:
        return write(scope, target, after)
    name = scope.state(op.name)
    state = emitter.names.state(name)
    result = emitter.names.variable("result", *scope.title(op.name).split("/"))

    def branch() -> str:
        end = emitter.finish(f"{name}-end", {"result": expression(variable(result))})
        return write(scope.inside(errors=known_errors(op, scope)), result, end)

    return emitter.add(
        state,
        "Parallel",
        Branches=[emitter.machine(branch)],
        Retry=retry or None,
        Catch=catch or None,
        Assign={target: expression("$states.result[0].result")},
        Output={},
        Next=after,
    )
