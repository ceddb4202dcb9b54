"""Errors of Step Functions itself: which of them `retry` and `on_error` can be for."""

from __future__ import annotations

from specc.diagnostics import Label, Place, Sink, closest
from specc.ir.module import Module
from specc.ir.ops import Recoverable
from specc.ir.walk import walk
from specc_targets.asl.verifier.recovery import MATCHABLE


def check_matchable(sink: Sink, module: Module) -> None:
    """Report SPC430 for names that no state can match."""
    for region in (module.body, module.finally_):
        for op in walk(region):
            if not isinstance(op, Recoverable):
                continue
            if op.retry is not None:
                for name in op.retry.on:
                    _check(sink, name, op.origin.child("retry", "on"))
            for catch in op.catches:
                for name in catch.errors:
                    _check(sink, name, op.origin.child("on_error", name).key())


def _check(sink: Sink, name: str, place: Place) -> None:
    if not name.startswith("States.") or name in MATCHABLE:
        return
    near = closest(name, MATCHABLE)
    always = "it always ends a run; find what fails, and let a step fail with an error of its own"
    sink.report(
        "SPC430",
        f"Step Functions does not let a state match `{name}`",
        Label(place, "matches nothing"),
        help=always if name == "States.Runtime" else f"did you mean `{near}`?" if near else "use `*` for any error",
    )
