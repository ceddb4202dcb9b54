"""`wait` as a Wait state."""

from __future__ import annotations

from math import ceil

from specc.ir.ops import Op, Wait
from specc_runtime.expressions import Template
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.gates import computed
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression
from specc_targets.asl.values import constant

_SECONDS = (
    '($d := {value}; $n := $type($d) = "number" ? $d : '
    "$sum([$match($d, /([0-9.]+)(ms|s|m|h|d|w)/).($number(groups[0]) * "
    '$lookup({{"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}}, groups[1]))]); '
    '$exists($n) and $n >= 0 ? $ceil($n) : $error("not a duration"))'
)
"""JSONata text: whole seconds of a number or of a duration such as `1h30m`."""


def emit_wait(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the Wait of `op`; its result is null."""
    assert isinstance(op, Wait)
    name = ".".join(scope.title(op.name).split("/"))
    pause = emitter.names.state(name)
    before = None
    fields: dict[str, Json] = {}
    if op.until is not None:
        text, before = computed(emitter, op.until, scope, name, scope.title(op.name))
        fields["Timestamp"] = expression(text) if not op.until.is_constant else op.until.evaluate({})
    else:
        duration = op.duration or Template(0)
        value = duration.evaluate({}) if duration.is_constant else None
        if isinstance(value, int | float):
            fields["Seconds"] = max(0, ceil(value))
        else:
            text, before = computed(emitter, duration, scope, name, scope.title(op.name))
            fields["Seconds"] = expression(_SECONDS.format(value=text))
    emitter.add(
        pause,
        "Wait",
        **fields,
        Assign={target: constant(None, emitter.projections.result(scope.path(op.name)))},
        Output={},
        Next=after,
    )
    return pause if before is None else before(pause)
