"""Makes the calls of a run on a Dask cluster."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from specc_runtime import capture
from specc_runtime.errors import LOST
from specc_targets.dask.cluster import Connection, connect
from specc_targets.dask.environment import added
from specc_targets.dask.errors import EngineError
from specc_targets.dask.packing import Packed, pack
from specc_targets.dask.project import MOST, read_project
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.slots import Closed, SlotPool

Batch = list[tuple[int, tuple[int, ...], Packed]]
"""Position, indices and arguments of each item."""


class DaskExecutor:
    """Calls on the workers of a cluster: an `Executor`.

    A worker that is lost in the middle of a batch has it done again elsewhere, by Dask: its items may be done more
    than once. Items that lose too many workers are `lost`. What is printed there comes back with the batch.
    """

    def __init__(
        self, address: str | None, root: Path, *, jobs: int | None = None, slots: SlotPool | None = None
    ) -> None:
        """Functions are those below `root`, which workers that do not see it get a copy of. Raises `EngineError`.

        `slots` is shared with whoever else leases things in this run. For `address` and `jobs` see `connect`. What is
        added to the environment of this process from now on, the calls have, too.
        """
        self._slots = SlotPool() if slots is None else slots
        self._before = dict(os.environ)
        self._lock = threading.Lock()
        self._closed = False
        self._futures: set[Any] = set()
        self._name = f"specc-{secrets.token_hex(8)}"
        self._connection: Connection = connect(address, jobs)
        try:
            self._greet()
            self._register(root)
        except BaseException:
            self.close()
            raise

    @property
    def capacity(self) -> int:
        """How many calls the workers make at the same time, now; at least 1."""
        try:
            return max(1, sum(map(int, self._connection.client.nthreads().values())))
        except Exception:  # the cluster is gone: calls will say so
            return 1

    def run(self, call: Call, items: Sequence[Item], report: Callable[[int, Outcome], None]) -> None:
        """Run `items` as `Executor.run` says, except that all are reported when the last has ended."""
        if not call.slots:
            batch = [(position, indices, pack(dict(arguments))) for position, (indices, arguments) in enumerate(items)]
            self._run(call, batch, report)
            return
        for position, (indices, arguments) in enumerate(items):
            try:
                with self._slots.lease(call.slots, self) as leased:
                    own = tuple((name, (thing,)) for name, thing in leased.items())
                    self._run(replace(call, slots=own), [(position, indices, pack(dict(arguments)))], report)
            except Closed:
                report(position, _lost(call, "was stopped because the run ended"))

    def close(self) -> None:
        """End what runs, and the cluster where it is this run's own. May be called again."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            futures = list(self._futures)
        self._slots.abandon(self)
        client, cluster, _ = self._connection
        ends: list[Callable[[], Any]] = [
            lambda: client.cancel(futures, force=True),
            lambda: client.unregister_worker_plugin(self._name),
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
                f"the workers of {where} cannot import specc ({error}); install `specc[dask]=={ours}` there"
            ) from error
        except (OSError, RuntimeError, TimeoutError) as error:
            raise EngineError(f"the workers of {where} do not answer: {error}") from error
        for worker, theirs in sorted(versions.items()):
            if theirs != ours:
                raise EngineError(f"worker {worker} has specc {theirs}, this is {ours}; they must be the same")

    def _register(self, root: Path) -> None:
        """Give every worker, also those that come later, the project."""
        from specc_targets.dask import remote

        project = read_project(root.resolve())
        try:
            self._connection.client.register_plugin(remote.ProjectPlugin(project), name=self._name)
        except Exception as error:
            large = f" (it has more than {MOST >> 20} MiB)" if project.archive is None else ""
            raise EngineError(f"the project cannot be given to the workers{large}: {error}") from error

    def _run(self, call: Call, batch: Batch, report: Callable[[int, Outcome], None]) -> None:
        from distributed import KilledWorker

        try:
            outcomes, lines = self._ask(call, batch)
        except KilledWorker as error:
            if len(batch) > 1:  # one of them may be the cause; the others are innocent
                half = len(batch) // 2
                self._run(call, batch[:half], report)
                self._run(call, batch[half:], report)
                return
            deaths = getattr(error, "allowed_failures", None)
            times = f" {deaths + 1} times" if isinstance(deaths, int) else ""
            report(batch[0][0], _lost(call, f"lost its worker{times}"))
            return
        except Exception as error:  # CancelledError among them, which says that the run or the cluster ends
            how = "was stopped because the run ended" if self._closed else f"lost the cluster: {_said(error)}"
            for position, _, _ in batch:
                report(position, _lost(call, how))
            return
        for step, indices, stream, level, text in lines:
            capture.deliver((step, tuple(indices)), stream, level, text)
        for (position, _, _), outcome in zip(batch, outcomes, strict=True):
            report(position, Outcome(*outcome))

    def _ask(self, call: Call, batch: Batch) -> Any:
        """The answer to a batch. Raises what Dask raises."""
        from specc_targets.dask import remote

        asked = tuple(getattr(call, field.name) for field in fields(call))
        items = [(indices, arguments) for _, indices, arguments in batch]
        key = f"{call.step}-{secrets.token_hex(8)}"
        with self._lock:
            if self._closed:
                raise RuntimeError
            job = remote.Batch(self._name, asked, items, added(self._before))
            future = self._connection.client.submit(remote.run_batch, job, key=key, pure=False)
            self._futures.add(future)
        try:
            return future.result()
        finally:
            with self._lock:
                self._futures.discard(future)
            future.release()


def version() -> str:
    """Of this specc."""
    from importlib.metadata import version as installed

    return installed("specc")


def _lost(call: Call, how: str) -> Outcome:
    return Outcome("lost", "", b"", (LOST,), f"the process of step `{call.step}` {how}")


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
