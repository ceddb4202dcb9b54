"""Limits of Step Functions and Lambda on single steps."""

from __future__ import annotations

import json
from math import ceil

from specc.diagnostics import Label, Place, Severity, Sink
from specc.ir.module import Module
from specc.ir.ops import Approve, CallTask, Op, Recoverable, Wait
from specc.ir.policies import Retry
from specc.ir.walk import walk
from specc_targets.asl.functions import function_name
from specc_targets.aws.containers import is_hosted

LAMBDA_TIMEOUT = 900
LAMBDA_MEMORY = (128, 10_240)
LAMBDA_NAME = 64
LAMBDA_ENVIRONMENT = 4 * 1024
PAYLOAD = 256 * 1024
"""Bytes of a state's input or output (Step Functions quotas)."""
MAX_WAIT = 31_536_000
"""Seconds: one year, the longest execution."""
MAX_DELAY = 31_622_400
MAX_RETRIES = 99_999_999
_MIB = 1024 * 1024


def check_steps(sink: Sink, module: Module) -> None:
    """Report SPC404, SPC411, SPC412, SPC413, SPC419, SPC421, SPC422 and SPC424."""
    for region in (module.body, module.finally_):
        for op in walk(region):
            if isinstance(op, CallTask):
                _call(sink, module, op)
            if isinstance(op, Recoverable) and op.retry is not None:
                _retry(sink, op, op.retry)
            if isinstance(op, Wait):
                _wait(sink, op)
            if isinstance(op, Approve):
                place = op.origin.child("approve", "timeout")
                _range(sink, op, op.timeout, MAX_WAIT, place, "the timeout in seconds")
                _whole(sink, op, op.timeout, place, "the timeout")
    size = sum(len(name.encode()) + len(value.encode()) for name, value in module.environment)
    if size > LAMBDA_ENVIRONMENT:
        sink.report(
            "SPC424",
            f"`[env]` has {size:,} bytes; a Lambda function takes {LAMBDA_ENVIRONMENT:,}",
            Label(Place(("env",), "key"), "too large"),
            help="pass large values as parameters, or ship them as a file with the code",
        )


def _call(sink: Sink, module: Module, op: CallTask) -> None:
    compute = op.origin.child("compute")
    if op.compute.engine == "local":
        sink.report(
            "SPC404",
            f"step `{op.name}` is for local runs only: its engine is `local`",
            Label(compute, "runs on this machine"),
            help='use a compute profile with `engine = "lambda"`, `"batch"` or `"ecs"`, or override it in a stack',
        )
        return
    _arguments(sink, op)
    if is_hosted(op):
        return
    for seconds, place in ((op.timeout, op.origin.child("timeout")), (op.compute.timeout, compute)):
        if seconds is not None and seconds > LAMBDA_TIMEOUT:
            sink.report(
                "SPC411",
                f"step `{op.name}` may take {seconds:g} seconds; a Lambda function runs for at most {LAMBDA_TIMEOUT}",
                Label(place, "longer than 15 minutes"),
                help="use at most `15m`, or split the work with `each`",
            )
        _whole(sink, op, seconds, place, "the timeout")
    least, most = LAMBDA_MEMORY
    if op.compute.memory is not None and not least <= ceil(op.compute.memory / _MIB) <= most:
        asked = ceil(op.compute.memory / _MIB)
        sink.report(
            "SPC419",
            f"step `{op.name}` asks for {asked:,} MiB; a Lambda function has {least} to {most:,}",
            Label(compute, "out of range"),
            help=f"use a memory between {least}MiB and {most}MiB",
        )
    check_function_name(sink, module, op.compute.profile)


def check_function_name(sink: Sink, module: Module, profile: str) -> None:
    """Report SPC421 when the function of a profile cannot have its name."""
    name = function_name(module, profile)
    if len(name) > LAMBDA_NAME:
        sink.report(
            "SPC421",
            f"the function's name `{name}` has {len(name)} characters; Lambda allows {LAMBDA_NAME}",
            Label(Place(("name",)), "part of every function's name"),
            help="shorten the name of the spec or of the compute profile",
        )


def _arguments(sink: Sink, op: CallTask) -> None:
    size = len(json.dumps(op.arguments.raw, ensure_ascii=False).encode())
    if size > PAYLOAD:
        sink.report(
            "SPC413",
            f"the arguments of step `{op.name}` have {size:,} bytes; a request holds {PAYLOAD:,}",
            Label(op.origin.child("with"), "too large for a state machine"),
            help="ship the data as a file with the code, or load it in a step",
        )


def _retry(sink: Sink, op: Recoverable, retry: Retry) -> None:
    place = op.origin.child("retry")
    _whole(sink, op, retry.delay, place.child("delay"), "the delay before a retry")
    _range(sink, op, retry.max_delay, MAX_DELAY, place.child("max_delay"), "`max_delay` in seconds")
    _range(sink, op, float(retry.max), MAX_RETRIES, place.child("max"), "`max`")


def _wait(sink: Sink, op: Wait) -> None:
    if op.duration is None or not op.duration.is_constant:
        return
    seconds = op.duration.evaluate({})
    if isinstance(seconds, int | float):
        _range(sink, op, float(seconds), MAX_WAIT, op.origin.child("wait"), "the pause in seconds")
        _whole(sink, op, float(seconds), op.origin.child("wait"), "the pause")


def _range(sink: Sink, op: Op, value: float | None, most: int, place: Place, what: str) -> None:
    if value is not None and value > most:
        sink.report(
            "SPC422",
            f"step `{op.name}`: {what} is {value:,g}; Step Functions allows {most:,}",
            Label(place, "too large"),
            help=f"use at most {most}",
        )


def _whole(sink: Sink, op: Op, seconds: float | None, place: Place, what: str) -> None:
    if seconds is not None and seconds != ceil(seconds):
        whole = max(1, ceil(seconds))
        sink.report(
            "SPC412",
            f"step `{op.name}`: {what} is {seconds:g} seconds, which Step Functions rounds up to {whole}",
            Label(place, "not a whole number of seconds"),
            severity=Severity.WARNING,
            help="use whole seconds",
        )
