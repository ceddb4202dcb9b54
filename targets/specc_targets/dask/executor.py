"""Makes the calls of a run on a Dask cluster."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from specc_targets.dask.cluster import Connection, connect
from specc_targets.local.slots import SlotPool
from specc_targets.remote.errors import EngineError, WorkerDiedError, said, version
from specc_targets.remote.executor import RemoteExecutor
from specc_targets.remote.project import MOST, read_project
from specc_targets.remote.site import Answer, Batch


class DaskExecutor(RemoteExecutor):
    """Calls on the workers of a Dask cluster."""

    def __init__(
        self, address: str | None, root: Path, *, jobs: int | None = None, slots: SlotPool | None = None
    ) -> None:
        """Functions are those below `root`. For `address` and `jobs` see `connect`. Raises `EngineError`."""
        super().__init__(slots)
        self._connection: Connection = connect(address, jobs)
        try:
            self._greet()
            self._register(root)
        except BaseException:
            self.close()
            raise

    @property
    def capacity(self) -> int:
        """How many threads the workers have, now; at least 1."""
        try:
            return max(1, sum(map(int, self._connection.client.nthreads().values())))
        except Exception:  # the cluster is gone: calls will say so
            return 1

    def submit(self, batch: Batch, step: str) -> Any:
        """The future of an answer."""
        from specc_targets.dask import remote

        key = f"{step}-{secrets.token_hex(8)}"
        return self._connection.client.submit(remote.run_batch, batch, key=key, pure=False)

    def wait(self, submitted: Any) -> Answer:
        """The answer."""
        from distributed import KilledWorker

        try:
            answer: Answer = submitted.result()
        except KilledWorker as error:
            deaths = getattr(error, "allowed_failures", None)
            raise WorkerDiedError(*([deaths + 1] if isinstance(deaths, int) else [])) from error
        finally:
            submitted.release()
        return answer

    def end(self, submitted: Sequence[Any]) -> None:
        """Cancel what runs, end its processes, and the cluster where it is this run's own."""
        client, cluster, _ = self._connection
        ends: list[Callable[[], Any]] = [
            lambda: client.cancel(list(submitted), force=True),
            lambda: client.unregister_worker_plugin(self.name),
            lambda: client.close(timeout=5),
            lambda: cluster.close(timeout=10) if cluster is not None else None,
        ]
        for work in ends:
            try:
                work()
            except Exception:  # a cluster that is gone already has nothing to end
                continue

    def _greet(self) -> None:
        """See that the workers can do what they will be asked for."""
        ours, where = version(), self._connection.where
        try:
            versions = self._connection.client.run(version)
        except ImportError as error:
            raise EngineError(
                f"the workers of {where} cannot import specc ({error}); install specc {ours} with the extra `dask`"
            ) from error
        except (OSError, RuntimeError, TimeoutError) as error:
            raise EngineError(f"the workers of {where} do not answer: {said(error)}") from error
        for worker, theirs in sorted(versions.items()):
            if theirs != ours:
                raise EngineError(f"worker {worker} has specc {theirs}, this is {ours}; they must be the same")

    def _register(self, root: Path) -> None:
        """Give every worker, also those that come later, the project."""
        from specc_targets.dask import remote

        project = read_project(root.resolve())
        try:
            self._connection.client.register_plugin(remote.ProjectPlugin(project), name=self.name)
        except Exception as error:
            large = f" (it has more than {MOST >> 20} MiB)" if project.archive is None else ""
            raise EngineError(f"the project cannot be given to the workers{large}: {said(error)}") from error
