"""`approve` as a Task that waits for its token."""

from __future__ import annotations

from math import ceil

from specc.ir.ops import Approve, Op
from specc_runtime.approvals import too_late
from specc_runtime.errors import class_names, error_name, matches
from specc_targets.asl.emitter import INVOKE, Emitter
from specc_targets.asl.failures import catchers, known_errors
from specc_targets.asl.gates import VALUE
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, template

LONGEST = 31_536_000
"""Seconds that a question stands at most: a year, as an execution (Step Functions quotas)."""
_RESULT = "$states.result"
_TIMEOUT = "States.Timeout"


def emit_approve(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the Task that has a function keep the question, and waits until somebody hands back the token.

    What comes back is the decision, which becomes a tagged value here. A refusal is the error `Rejected`.
    """
    assert isinstance(op, Approve)
    project = emitter.projections.result(scope.path(op.name))
    catch = catchers(emitter, op, scope, target, after)
    if op.timeout is not None:
        catch = [_late(emitter, op, scope, target, after, catch, project), *catch]
    fields: dict[str, Json] = {
        "message": template(op.message.raw),
        "by": list(op.by),
        "seconds": op.timeout,
        "address": expression(f'{scope.place(op.name)} & "/" & $states.context.State.Name'),
        "token": expression("$states.context.Task.Token"),
    }
    return emitter.call(
        scope.state(op.name),
        "ask",
        scope,
        fields,
        step=scope.title(op.name),
        templates=[op.message],
        resource=f"{INVOKE}.waitForTaskToken",
        assign={target: _tagged(_RESULT, project)},
        timeout=LONGEST if op.timeout is None else max(1, ceil(op.timeout)),
        errors=known_errors(op, scope),
        catch=catch,
        after=after,
    )


def _tagged(decision: str, project: tuple[str, ...]) -> Json:
    """A decision, given as JSONata text, as a tagged value with its projections."""
    found: dict[str, Json] = {VALUE: expression(decision)}
    if project:
        found["project"] = {pointer: expression(_at(decision, pointer)) for pointer in project}
    return found


def _at(decision: str, pointer: str) -> str:
    for key in pointer.split("/")[1:]:
        decision = field(decision, key)
    return decision


def _late(
    emitter: Emitter, op: Approve, scope: Scope, target: str, after: str, catch: list[Json], project: tuple[str, ...]
) -> Json:
    """The catcher of a question that nobody has answered in time."""
    if op.on_timeout == "approve":
        decision = '{"approved": true, "by": null, "comment": null, "at": $now()}'
        return {
            "ErrorEquals": [_TIMEOUT],
            "Assign": {target: _tagged(decision, project)},
            "Output": {},
            "Next": after,
        }
    assert op.timeout is not None
    refusal = too_late(op.timeout)
    names = class_names(refusal)
    error = error_name(names, known_errors(op, scope))
    for rule, catcher in zip(op.catches, catch, strict=False):
        if matches(names, rule.errors):
            return {"ErrorEquals": [_TIMEOUT], **_instead(catcher, {"name": error, "message": str(refusal)})}
    fail = emitter.add(emitter.names.state(f"{scope.state(op.name)}-too-late"), "Fail", Error=error, Cause=str(refusal))
    return {"ErrorEquals": [_TIMEOUT], "Output": {}, "Next": fail}


def _instead(catcher: Json, error: Json) -> dict[str, Json]:
    """Where a catcher leads, with another error."""
    assert isinstance(catcher, dict)
    variables = catcher["Assign"]
    assert isinstance(variables, dict)
    return {"Assign": dict.fromkeys(variables, error), "Output": {}, "Next": catcher["Next"]}
