"""Worker processes: calls that can be stopped, that may crash, and that use a core of their own."""

from specc_targets.local.processes.executor import ProcessExecutor
from specc_targets.local.processes.old import Lost, Processes, TimedOut

__all__ = ["Lost", "ProcessExecutor", "Processes", "TimedOut"]
