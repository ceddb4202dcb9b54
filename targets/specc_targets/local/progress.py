"""Shows how a run goes on: live on a terminal, line by line anywhere else."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Protocol, Self, TextIO

from specc_targets.local.events import (
    Event,
    ItemFinished,
    Retrying,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
)

_EVERY = 2.0
"""Seconds between two lines about the items of one map."""


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
        self._stream = stream
        self._last: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.flush()

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        text = describe(event) if not isinstance(event, ItemFinished) else self._count(event)
        if text:
            self._stream.write(f"{text}\n")

    def _count(self, event: ItemFinished) -> str:
        now = time.monotonic()
        if event.items or event.done == event.total or now - self._last.setdefault(event.step, now) < _EVERY:
            return ""
        self._last[event.step] = now
        failed = f", {event.failed} failed" if event.failed else ""
        return f"{event.step}: {event.done} of {event.total} items{failed}"


class LiveProgress:
    """A line with a bar for each step under way, and lines above for what stays worth reading."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        from specc_targets.local.rich_marks import MarkColumn

        self._console = Console(file=stream)
        self._bars = Progress(
            MarkColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._tasks: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for task in self._bars.tasks:
            if not task.finished and "mark" not in task.fields:
                self._bars.update(task.id, mark="stopped")
        self._bars.stop()

    def show(self, line: str) -> None:
        """Write a line above the bars. Safe in any thread."""
        from rich.text import Text

        self._console.print(Text.from_ansi(line), soft_wrap=True)

    def __call__(self, event: Event) -> None:
        """Move a bar, or write a line above the bars."""
        if isinstance(event, Retrying | StepRecovered | StepFailed | StepSkipped) and (text := describe(event)):
            self.show(text)
        if event.items:
            return
        if isinstance(event, StepStarted):
            self._tasks[event.step] = self._bars.add_task(event.step, total=1 if event.total is None else event.total)
        elif event.step in self._tasks:
            task = self._bars.tasks[self._bars.task_ids.index(self._tasks[event.step])]  # type: ignore[arg-type]
            if isinstance(event, ItemFinished):
                self._bars.update(task.id, completed=event.done)
            elif isinstance(event, StepFinished):
                self._bars.update(task.id, completed=task.total)
            elif isinstance(event, StepFailed):
                self._bars.update(task.id, description=f"{event.step}: failed", mark="failed")


def describe(event: Event) -> str:
    """The line about an event; empty for what happens inside maps and goes well."""
    step = event.step + "".join(f"[{index}]" for index in event.items)
    match event:
        case Retrying(attempt=attempt, delay=delay, error=error) if error is not None:
            return f"{step}: {error.name}: {_line(error.message)}; retry {attempt} in {_duration(delay)}"
        case StepRecovered(error=error) if error is not None:
            return f"{step}: {error.name}: {_line(error.message)}; handled by `on_error`"
        case StepFailed(error=error) if error is not None and error.step == event.step:
            return f"{step}: failed: {error.name}: {_line(error.message)}"
        case StepStarted(total=total) if not event.items:
            return f"{step}: started" + (f", {total} items" if total is not None else "")
        case StepFinished(seconds=seconds) if not event.items:
            return f"{step}: done in {_duration(seconds)}"
        case StepSkipped(because=because) if not event.items:
            return f"{step}: skipped" + (f", it uses `{because}`, which was skipped" if because else "")
    return ""


def _duration(seconds: float) -> str:
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes // 60}h{minutes % 60}m{rest}s" if minutes >= 60 else f"{minutes}m{rest}s"
    if seconds >= 0.1:
        return f"{seconds:.3g}s"
    return f"{seconds * 1000:.0f}ms" if seconds >= 0.001 else "less than 1ms"


def _line(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 200 else f"{first[:197]}..."
