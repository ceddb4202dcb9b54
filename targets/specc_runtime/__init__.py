"""What is there when a step runs: on a laptop, in Lambda, in Batch. Imports nothing else of specc.

`from specc_runtime import log_metrics` is what steps may use of it. Nothing is loaded before it is asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from specc_runtime.tracking.emitting import log_metrics as log_metrics


def __getattr__(name: str) -> Any:
    if name == "log_metrics":
        from specc_runtime.tracking.emitting import log_metrics

        return log_metrics
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
