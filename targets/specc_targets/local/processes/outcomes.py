"""How items end that have no answer, in words."""

from __future__ import annotations

import signal

from specc_runtime.errors import LOST, TIMEOUT, names_of
from specc_targets.local.execution import Call, Outcome

MEBIBYTE = 1024 * 1024


def in_seconds(limit: float | None) -> str:
    """A time limit in words."""
    seconds = limit or 0
    return f"{seconds:g} {'second' if seconds == 1 else 'seconds'}"


def timed_out(call: Call, started: float, seconds: float, cpu: float = 0.0, memory: int = 0) -> Outcome:
    """The outcome of an item that took too long."""
    message = f"step `{call.step}` took longer than {in_seconds(call.timeout)}"
    return Outcome("timeout", "", b"", names_of(TIMEOUT), message, "", started, seconds, cpu, memory)


def lost(call: Call, how: str, started: float = 0.0, seconds: float = 0.0, memory: int = 0) -> Outcome:
    """The outcome of an item whose process ended without an answer; `how` goes on after "the process of step `x`"."""
    message = f"the process of step `{call.step}` {how}"
    return Outcome("lost", "", b"", (LOST,), message, "", started, seconds, 0.0, memory)


def ended(code: int | None) -> str:
    """What an exit code says."""
    if code is None:
        return "ended before the step had a result"
    if code < 0:
        try:
            return f"was killed by {signal.Signals(-code).name}"
        except ValueError:  # a real-time signal
            return f"was killed by signal {-code}"
    return f"ended with exit code {code} before the step had a result"


def over_limit(call: Call) -> str:
    """What there is to say about a process that was killed for its memory."""
    assert call.memory is not None
    return f"used more than its limit of {call.memory / MEBIBYTE:g} MiB of memory"
