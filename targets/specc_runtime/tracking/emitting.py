"""`log_metrics`, for the code of steps. Importing this loads next to nothing: scripts that log start as ever."""

from __future__ import annotations

import os
import sys
import time

from specc_runtime.tracking.numbers import number_of, step_of

TYPE_CHECKING = False  # `typing` takes longer to import than the rest
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from specc_runtime.tracking.numbers import Number

    Logged: TypeAlias = Callable[[Mapping[str, Number], int | None], None]

VARIABLE = "SPECC_METRICS"
"""Environment variable with the file that lines of metrics are added to, in processes without an engine."""
_logs: list[Logged] = []
"""Takes the metrics of this process, where there is a log for them and no engine."""


def log_metrics(metrics: Mapping[str, Any] | None = None, /, *, step: Any = None, **values: Any) -> None:
    """Log numbers by name: `log_metrics(step=3, loss=0.2)`; names that are no words of Python in a table before them.

    Works in any code that a step of a run calls or starts, and does nothing elsewhere. Numbers of NumPy and others,
    and arrays of one element, are numbers, too. `step` says when: the epoch, the batch. Raises `TypeError`.
    """
    if metrics is not None and not hasattr(metrics, "keys"):
        raise TypeError(f"`log_metrics` takes a table of metrics by name, not a `{type(metrics).__name__}`")
    found: dict[str, Number] = {}
    for name, value in {**({} if metrics is None else metrics), **values}.items():
        if not isinstance(name, str) or not name.strip() or len(name) > 250:
            raise TypeError(f"{name!r:.80} cannot be the name of a metric: it must be a text of 1 to 250 characters")
        found[name] = number_of(name, value)
    emit(found, step_of(step))


def emit(values: Mapping[str, Number], step: int | None) -> None:
    """Hand metrics to whoever takes them in this process."""
    if not values:
        return
    capture = sys.modules.get("specc_runtime.capture")
    if capture is not None and capture.metering():
        from specc_runtime.tracking.records import lines

        for line in lines(time.time(), step, values, None):
            capture.deliver(capture.place.get(), "metrics", None, line)
    elif _logs:
        _logs[-1](values, step)
    elif path := os.environ.get(VARIABLE):
        _append(path, values, step, capture.place.get() if capture is not None else None)


def log_with(logged: Logged) -> None:
    """Have `logged` take the metrics of this process from now on."""
    _logs[:] = [logged]


def _append(path: str, values: Mapping[str, Number], step: int | None, place: Any) -> None:
    """Add lines to a file, each with one call of the system: so those of many processes stay whole."""
    from specc_runtime.tracking.records import lines

    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError:  # whoever would have read it is gone
        return
    try:
        for line in lines(time.time(), step, values, place):
            os.write(descriptor, f"{line}\n".encode())
    except OSError:  # a full disk; the step that logs is well
        return
    finally:
        os.close(descriptor)
