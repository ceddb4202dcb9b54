"""What functions write, in CloudWatch Logs: a stream for each invocation, with the lines that Lambda adds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

    from specc_targets.emulator.sandbox import Answer


def write_logs(function: LambdaFunction, begun: int, answer: Answer) -> None:
    """Put the lines of one invocation into the function's log group; it began at `begun`, in ms since the epoch."""
    ended, request = int(time.time() * 1000), str(uuid4())
    messages = [(begun, f"START RequestId: {request} Version: $LATEST\n")]
    messages += [(begun, line) for line in answer.printed.splitlines(keepends=True)]
    if (error := answer.body.get("error")) is not None:
        stack = "".join(error.get("stackTrace", ()))
        said = f"[ERROR] {error['errorType']}: {error['errorMessage']}"
        messages.append((ended, f"{said}\nTraceback (most recent call last):\n{stack}" if stack else f"{said}\n"))
    messages.append((ended, f"END RequestId: {request}\n"))
    messages.append((ended, f"REPORT RequestId: {request}\tDuration: {ended - begun}.00 ms\n"))
    group, backend = function.logs_group_name, function.logs_backend
    backend.ensure_log_group(group)
    stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{uuid4().hex}"
    backend.create_log_stream(group, stream)
    backend.put_log_events(group, stream, [{"timestamp": at, "message": text} for at, text in messages])
