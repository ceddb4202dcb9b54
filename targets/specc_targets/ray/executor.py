"""Makes the calls of a run on a Ray cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from specc_targets.local.slots import SlotPool
from specc_targets.remote.errors import EngineError, WorkerDiedError, said, version
from specc_targets.remote.executor import RemoteExecutor
from specc_targets.remote.project import read_project
from specc_targets.remote.site import Answer, Batch

INSTALL = "`pip install '.[ray]'` in a clone of specc"
_RETRIES = 3
"""Workers that a batch may end beyond the first."""


class RayExecutor(RemoteExecutor):
    """Calls on the workers of a Ray cluster."""

    def __init__(
        self, address: str | None, root: Path, *, jobs: int | None = None, slots: SlotPool | None = None
    ) -> None:
        """Functions are those below `root`. `jobs` is how many calls run at the same time where Ray is started here.

        Raises `EngineError`.
        """
        super().__init__(slots)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would tell its makers about the run
        try:
            self._ray: Any = import_module("ray")
        except ImportError as error:
            raise EngineError(f"the engine `ray` needs a package that is not installed; {INSTALL}") from error
        where: dict[str, Any] = (
            {"num_cpus": jobs or os.cpu_count() or 1, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
            if address is None
            else {"address": address}
        )
        try:
            self._ray.init(**where, log_to_driver=False, logging_level=logging.CRITICAL)
        except (OSError, ValueError, RuntimeError) as error:
            raise EngineError(f"Ray cannot be used{f' at `{address}`' if address else ''}: {said(error)}") from error
        try:
            self._greet()
            self._project = self._ray.put(read_project(root.resolve()))
            remote = import_module("specc_targets.ray.remote")
            self._run_batch = self._ray.remote(max_retries=_RETRIES, num_cpus=1)(remote.run_batch)
        except BaseException:
            self.close()
            raise

    @property
    def capacity(self) -> int:
        """How many processors the cluster has, now; at least 1."""
        try:
            return max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        except Exception:  # the cluster is gone: calls will say so
            return 1

    def submit(self, batch: Batch, step: str) -> Any:
        """The reference of an answer."""
        return self._run_batch.options(name=step).remote(self._project, batch)

    def wait(self, submitted: Any) -> Answer:
        """The answer."""
        errors = self._ray.exceptions
        try:
            answer: Answer = self._ray.get(submitted)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError) as error:
            raise WorkerDiedError(_RETRIES + 1) from error
        except SystemExit as error:  # what Ray raises in threads that wait while it is shut down
            raise RuntimeError("Ray was shut down") from error
        return answer

    def end(self, submitted: Sequence[Any]) -> None:
        """Cancel what runs, which ends its processes, and leave the cluster; one that was started here ends."""
        try:
            for one in submitted:
                self._ray.cancel(one, force=True)
        except Exception:  # it has just ended, or the cluster is gone
            self._ray.shutdown()
            return
        self._ray.shutdown()

    def _greet(self) -> None:
        """See that the workers have the same specc."""
        ours = version()
        try:
            theirs = self._ray.get(self._ray.remote(version).remote(), timeout=60)
        except Exception as error:  # Ray's own exceptions are many
            raise EngineError(
                f"the workers of Ray cannot run specc {ours} ({said(error)}); is it installed?"
            ) from error
        if theirs != ours:
            raise EngineError(f"the workers of Ray have specc {theirs}, this is {ours}; they must be the same")
