"""Worker processes: calls that can be stopped, that may crash, and that use a core of their own."""

from specc_targets.local.processes.executor import ProcessExecutor

__all__ = ["ProcessExecutor"]
