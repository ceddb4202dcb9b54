"""`wait` as a Wait state."""

from __future__ import annotations

from math import ceil

from specc.ir.ops import Op, Wait
from specc_runtime.expressions import Template
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.gates import EXPRESSION_ERROR, VALUE, evaluate
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, variable
from specc_targets.asl.values import constant

_PARTS = r"/^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$/"
_UNITS = '{"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}'
_IS_DURATION = (
    '$type(@) = "number" ? @ >= 0 and @ < 1000000000 : $type(@) = "string" ? $contains(@, ' + _PARTS + ") : false"
)
_SECONDS = (
    '$ceil($type(@) = "number" ? @ : $sum($match(@, /([0-9]+(\\.[0-9]+)?)(ms|s|m|h|d|w)/)'
    f".($number(groups[0]) * $lookup({_UNITS}, groups[2]))))"
)
_INSTANT = r"/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})$/"
_IS_INSTANT = '$type(@) = "string" ? $contains(@, ' + _INSTANT + ") : false"
_WITH_SECONDS = '$replace(@, /(T[0-9]{2}:[0-9]{2})(Z|[+-])/, "$1:00$2")'
"""An instant as Step Functions takes it, which local runs take without seconds, too (RFC 3339)."""
_NO_DURATION = "is not a duration; expected seconds, or a text such as `30s`"
_NO_INSTANT = "is not an instant; expected one such as `2030-01-31T09:00:00Z`"


def emit_wait(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the Wait of `op`; its result is null. A pause that is computed is checked first."""
    assert isinstance(op, Wait)
    template = op.until if op.until is not None else op.duration or Template(0)
    null = constant(None, emitter.projections.result(scope.path(op.name)))
    if template.is_constant:
        return _pause(emitter, scope.state(op.name), _fixed(op, template), null, target, after)
    return _computed(emitter, op, template, scope, null, target, after)


def _fixed(op: Wait, template: Template) -> dict[str, Json]:
    value = template.evaluate({})
    if op.until is not None or not isinstance(value, int | float):
        return {"Timestamp": value}
    return {"Seconds": max(0, ceil(value))}


def _computed(emitter: Emitter, op: Wait, template: Template, scope: Scope, null: Json, target: str, after: str) -> str:
    name, title = scope.state(op.name), scope.title(op.name)
    found = emitter.names.variable("value", *title.split("/"))
    value = field(variable(found), VALUE)
    is_instant = op.until is not None
    test, problem = (_IS_INSTANT, _NO_INSTANT) if is_instant else (_IS_DURATION, _NO_DURATION)
    fields: dict[str, Json] = {"Timestamp": expression(_WITH_SECONDS.replace("@", value))}
    if not is_instant:
        fields = {"Seconds": expression(_SECONDS.replace("@", value))}
    pause = _pause(emitter, name, fields, null, target, after)
    cause = expression(f'"`" & $string({value}) & "` {problem}"')
    fail = emitter.add(emitter.names.state(f"{name}-failed"), "Fail", Error=EXPRESSION_ERROR, Cause=cause)
    rule: Json = {"Condition": expression(test.replace("@", value)), "Next": pause}
    check = emitter.add(emitter.names.state(f"{name}-check"), "Choice", Choices=[rule], Default=fail)
    return evaluate(emitter, template, scope, found, check, name=f"{name}-value", step=title)


def _pause(emitter: Emitter, name: str, fields: dict[str, Json], null: Json, target: str, after: str) -> str:
    return emitter.add(emitter.names.state(name), "Wait", **fields, Assign={target: null}, Output={}, Next=after)
