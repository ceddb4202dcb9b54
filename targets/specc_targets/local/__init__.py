"""The local target: its plan, and the engine that runs it on this machine."""

from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult, run
from specc_targets.local.failures import RunError
from specc_targets.local.plan import PlanError, read_plan, write_plan
from specc_targets.local.target import LocalTarget

__all__ = [
    "Cancellation",
    "LocalTarget",
    "PlanError",
    "RunError",
    "RunResult",
    "read_plan",
    "run",
    "target",
    "write_plan",
]


def target() -> LocalTarget:
    """The target, for the registry."""
    return LocalTarget()
