"""Metrics of steps: `log_metrics` in their code, patterns for what programs print, and the way of both to the engine.

A metric travels as a line of JSON, of at most `records.LONGEST` bytes: through `capture` where this process has an
engine, else to the file that `SPECC_METRICS` names. Where neither is there, it goes nowhere.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes longer to import than what scripts need of this
if TYPE_CHECKING:
    from typing import Any

    from specc_runtime.tracking.following import collecting as collecting
    from specc_runtime.tracking.printed import patterns as patterns


def __getattr__(name: str) -> Any:
    """Each is loaded when it is asked for: a script that logs metrics needs none of them."""
    if name == "collecting":
        from specc_runtime.tracking.following import collecting

        return collecting
    if name == "patterns":
        from specc_runtime.tracking.printed import patterns

        return patterns
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
