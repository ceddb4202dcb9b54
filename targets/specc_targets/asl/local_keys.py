"""Keys of steps that only local runs use: said at their line, never dropped silently.

`isolation` is none of them: what it asks for holds on Lambda anyway.
"""

from __future__ import annotations

from specc.diagnostics import Label, Severity, Sink
from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.ir.walk import walk


def check_local_keys(sink: Sink, module: Module) -> None:
    """Warn of `cache` and `slots`, which have no effect on Step Functions (SPC426)."""
    for region in (module.body, module.finally_):
        for op in walk(region):
            if not isinstance(op, CallTask):
                continue
            if op.cache is not None:
                _warn(
                    sink,
                    op,
                    "cache",
                    "every execution calls the function anew",
                    "if that costs much, have the function keep its results itself",
                )
            if op.slots:
                _warn(
                    sink,
                    op,
                    "slots",
                    "nothing is leased there, and `SPECC_SLOT_...` is not set",
                    "have the function do without the variable, and bound the calls with `max_parallel`",
                )


def _warn(sink: Sink, op: CallTask, key: str, instead: str, help: str) -> None:
    sink.report(
        "SPC426",
        f"`{key}` of step `{op.name}` has no effect on Step Functions",
        Label(op.origin.child(key).key(), instead),
        severity=Severity.WARNING,
        help=help,
    )
