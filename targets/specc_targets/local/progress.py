"""Shows how a run goes on, line by line: for logs, and wherever there is no terminal to draw on."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from types import TracebackType
from typing import Protocol, Self, TextIO

from specc_runtime.approvals import Question
from specc_targets.deciding import command_for
from specc_targets.local.cell_names import NO_NAMES, CellNames
from specc_targets.local.events import (
    Event,
    ItemsFinished,
    Retrying,
    RunEnded,
    RunStarted,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
    StepWaiting,
)
from specc_targets.local.failures import RunError
from specc_targets.local.watching.tree import Tree
from specc_targets.local.watching.wording import duration, first_line, rate, slowest

_EVERY = 2.0
"""Seconds between two lines about the items of one map."""
_UNTOLD = (StepStarted, StepFinished, StepSkipped)
"""Events that have no line inside of a map."""
_MOST = 10
"""Lines of one kind about one step; a map with a million items may fail a million times."""


class Progress(Protocol):
    """Gets every event of a run, between entering and leaving it."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End; nothing is written afterwards."""

    def __call__(self, event: Event) -> None:
        """Show an event."""


class PlainProgress:
    """One line for each thing worth knowing. Items of maps are only counted, unless they fail or are retried."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._tree, self._few = stream, Tree(), Few()
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.flush()

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        now = time.monotonic()
        self._tree.apply(event, now)
        if event.items and isinstance(event, _UNTOLD):
            return  # most of what a map of groups tells
        if isinstance(event, RunEnded):
            self._end()
        elif text := self._count(event, now) if isinstance(event, ItemsFinished) else self._few(event):
            self.show(text)

    def show(self, line: str) -> None:
        """Write a line. Safe in any thread."""
        with self._lock:
            self._stream.write(f"{line}\n")
            self._stream.flush()

    def _count(self, event: ItemsFinished, now: float) -> str:
        if event.items or event.done == event.total or now - self._last.setdefault(event.step, now) < _EVERY:
            return ""
        self._last[event.step] = now
        node = self._tree.node(event.step)
        remaining = node.remaining(now)
        parts = [f"{event.done:,} of {event.total:,} items"]
        parts += [rate(node.rate(now)), f"{duration(remaining)} to go"] if remaining is not None else []
        parts += [f"{event.failed:,} failed"] if event.failed else []
        return f"{event.step}: {', '.join(parts)}"

    def _end(self) -> None:
        if found := slowest(self._tree):
            told = (f"{path} {time}" + (f" ({more})" if more else "") for path, time, more in found)
            self.show(f"slowest steps: {', '.join(told)}")


class Once:
    """Whether an event is news. A failure is told where it happened, and not again by every group around that."""

    def __init__(self) -> None:
        self._recent: deque[RunError] = deque(maxlen=16)

    def __call__(self, event: Event) -> bool:
        """Look at the next event."""
        if isinstance(event, Retrying):
            self._recent.clear()  # from now on the same failure is another one
        if not isinstance(event, StepFailed) or event.error is None:
            return True
        if event.error in self._recent:
            return False
        self._recent.append(event.error)
        return True


class Few:
    """The lines about events, but not more than a few of each kind about each step."""

    def __init__(self) -> None:
        self._is_new = Once()
        self._names = CellNames()
        self._told: Counter[tuple[type[Event], str]] = Counter()

    def __call__(self, event: Event) -> str:
        """The line about an event; empty for one that has none, or is one of too many."""
        self._names.learn(event)
        text = describe(event, self._names) if self._is_new(event) else ""
        if not text or not event.items:
            return text
        key = (type(event), event.step)
        self._told[key] += 1
        if self._told[key] <= _MOST:
            return text
        kind = {Retrying: "retries", StepFailed: "failures"}.get(type(event), "handled failures")
        more = f"{event.step}: further {kind} are only counted; `specc logs` shows them"
        return more if self._told[key] == _MOST + 1 else ""


def _told(error: RunError) -> str:
    """The name of an error and what it says, on one line: a class may be called anything."""
    return f"{' '.join(error.name.split())}: {first_line(error.message)}"


def describe(event: Event, names: CellNames = NO_NAMES) -> str:
    """The line about an event; empty for what happens inside maps and goes well."""
    step = names.place(event.step, event.items)
    match event:
        case RunStarted(id=run) if run:
            return f"run {run}" + (" goes on" if event.resumed else "")
        case Retrying(attempt=attempt, delay=delay, error=error) if error is not None:
            return f"{step}: {_told(error)}; retry {attempt} in {duration(delay)}"
        case StepRecovered(error=error) if error is not None:
            return f"{step}: {_told(error)}; handled by `on_error`"
        case StepFailed(error=error) if error is not None:
            return f"{names.place(error.step, error.items)}: failed: {_told(error)}"
        case StepStarted(total=total) if not event.items:
            return f"{step}: started" + (f", {total} items" if total is not None else "")
        case StepWaiting(id=run, by=by):
            question = Question(run=run, step=event.step, items=event.items, by=by)
            return f"{step}: waits for {question.people}: {first_line(event.message)} ({command_for(question)})"
        case StepFinished(seconds=seconds) if not event.items:
            return f"{step}: done in {duration(seconds)}" + (", known before" if event.cached else "")
        case StepSkipped(because=because) if not event.items:
            return f"{step}: skipped" + (f", it uses `{because}`, which was skipped" if because else "")
    return ""
