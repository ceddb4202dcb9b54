"""The part of an engine on other machines that is the same for all of them."""

from __future__ import annotations

import os
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from specc_runtime import capture
from specc_runtime.errors import LOST
from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.slots import Closed, SlotPool
from specc_targets.remote.environment import added
from specc_targets.remote.errors import WorkerDiedError, said
from specc_targets.remote.packing import Packed, pack
from specc_targets.remote.site import Answer, Batch

_ENDED = "was stopped because the run ended"
Todo = list[tuple[int, tuple[int, ...], Packed]]
"""Position, indices and arguments of each item."""


class RemoteExecutor(ABC):
    """Makes calls on the workers of a cluster: an `Executor`.

    The cluster has the batch of a worker that is lost in the middle done again elsewhere: its items may be done more
    than once. Items that lose too many workers are `lost`. What is printed there comes back with the batch.
    """

    starting = 0
    """The cluster does not say how many of its workers are not ready yet."""

    def __init__(self, slots: SlotPool | None) -> None:
        """`slots` is shared with whoever else leases things in this run.

        What is added to the environment of this process from now on, the calls have, too.
        """
        self.name = f"specc-{secrets.token_hex(8)}"
        """Of the run, on the workers."""
        self.closed = False
        self._slots = SlotPool() if slots is None else slots
        self._before = dict(os.environ)
        self._lock = threading.Lock()
        self._pending: set[Any] = set()

    @property
    @abstractmethod
    def capacity(self) -> int:
        """How many calls the workers make at the same time, now; at least 1."""

    @abstractmethod
    def submit(self, batch: Batch, step: str) -> Any:
        """Hand over a batch; what `wait` and `end` take."""

    @abstractmethod
    def wait(self, submitted: Any) -> Answer:
        """Block until there is an answer. Raises `WorkerDiedError`, and anything when the cluster is gone."""

    @abstractmethod
    def end(self, submitted: Sequence[Any]) -> None:
        """Stop what was submitted, and let go of the cluster; what raises is ignored."""

    def run(self, call: Call, items: Sequence[Item], report: Callable[[int, Outcome], None]) -> None:
        """Run `items` as `Executor.run` says, except that all are reported when the last has ended."""
        if not call.slots:
            todo = [(position, indices, pack(dict(arguments))) for position, (indices, arguments) in enumerate(items)]
            self._run(call, todo, report)
            return
        for position, (indices, arguments) in enumerate(items):
            try:
                with self._slots.lease(call.slots, self) as leased:
                    own = tuple((name, (thing,)) for name, thing in leased.items())
                    self._run(replace(call, slots=own), [(position, indices, pack(dict(arguments)))], report)
            except Closed:
                report(position, _lost(call, _ENDED))

    def close(self) -> None:
        """End what runs, and the cluster where it is this run's own. May be called again."""
        with self._lock:
            if self.closed:
                return
            self.closed = True
            pending = list(self._pending)
        self._slots.abandon(self)
        self.end(pending)

    def _run(self, call: Call, todo: Todo, report: Callable[[int, Outcome], None]) -> None:
        try:
            outcomes, lines = self._ask(call, todo)
        except WorkerDiedError as error:
            if len(todo) > 1:  # one of them may be the cause; the others are innocent
                half = len(todo) // 2
                self._run(call, todo[:half], report)
                self._run(call, todo[half:], report)
                return
            times = f" {error.args[0]} times" if error.args else ""
            report(todo[0][0], _lost(call, f"lost its worker{times}"))
            return
        except Exception as error:  # the cluster's own exceptions are many
            how = _ENDED if self.closed else f"lost the cluster: {said(error)}"
            for position, _, _ in todo:
                report(position, _lost(call, how))
            return
        for step, indices, stream, level, text in lines:
            capture.deliver((step, tuple(indices)), stream, level, text)  # type: ignore[arg-type]  # a stream's name, come over the network
        for (position, _, _), outcome in zip(todo, outcomes, strict=True):
            report(position, Outcome(*outcome))

    def _ask(self, call: Call, todo: Todo) -> Answer:
        values = tuple(getattr(call, field.name) for field in fields(call))
        items = [(indices, arguments) for _, indices, arguments in todo]
        with self._lock:
            if self.closed:
                raise RuntimeError
            submitted = self.submit(Batch(self.name, values, items, added(self._before)), call.step)
            self._pending.add(submitted)
        try:
            return self.wait(submitted)
        finally:
            with self._lock:
                self._pending.discard(submitted)


def _lost(call: Call, how: str) -> Outcome:
    return Outcome("lost", "", b"", (LOST,), f"the process of step `{call.step}` {how}")
