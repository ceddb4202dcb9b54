"""Opens what shows a run and keeps what it tells: on a terminal, as lines of text or JSON, and in its folder."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, ParamSpec, TextIO

from specc_runtime import capture
from specc_runtime.capture import Place, Sink, Stream
from specc_targets.local.events import Event
from specc_targets.local.progress import PlainProgress
from specc_targets.local.watching.asking import Aside
from specc_targets.local.watching.descriptors import led_to, lines_to
from specc_targets.local.watching.files import RunFiles
from specc_targets.local.watching.lines import Line, Recorder, encoded

LogFormat = Literal["text", "json"]
OnEvent = Callable[[Event], None]
NO_TERMINALS = frozenset({"dumb", "unknown"})
"""Values of `TERM` where nothing can be drawn."""
_Told = ParamSpec("_Told")


class Watched(NamedTuple):
    """Where a run is shown."""

    on_event: OnEvent
    """Gets every event."""
    aside: Aside | None
    """Takes the display away for a while, where there is one that people look at."""


@contextlib.contextmanager
def open_progress(
    log_format: LogFormat = "text", *, live: bool | None = None, folder: Path | None = None
) -> Iterator[Watched]:
    """What is to get every event of a run. Meanwhile it also gets what steps print, and standard output is left alone.

    Everything is told on standard error: drawn where that is a terminal (`live` says otherwise), else in lines of text
    or JSON. With `folder` it is kept there, too, in `events.jsonl` and `log.jsonl`.
    """
    if live is None:
        live = log_format == "text" and sys.stderr.isatty() and os.environ.get("TERM") not in NO_TERMINALS
    open_screen = _json if log_format == "json" else _live if live else _plain
    with contextlib.ExitStack() as stack:
        show, on_event, printed, aside = stack.enter_context(open_screen())
        if folder is not None:
            files = RunFiles(folder, lambda text: show(f"warning: {text}"))
            kept = Recorder(stack.enter_context(files).write, folder.name)
            on_event, printed = _both(on_event, kept), _both(printed, kept.printed)
        stack.enter_context(capture.installed(printed))
        stack.enter_context(_descriptors())
        yield Watched(on_event, aside)


def _both(first: Callable[_Told, None], second: Callable[_Told, None]) -> Callable[_Told, None]:
    def told(*arguments: _Told.args, **named: _Told.kwargs) -> None:
        first(*arguments, **named)
        second(*arguments, **named)

    return told


_Screen = tuple[Callable[[str], None], OnEvent, Sink, Aside | None]
"""What shows a line, an event, and what steps print, and what takes all of that away."""


@contextlib.contextmanager
def _plain() -> Iterator[_Screen]:
    """Line by line."""
    with _terminal() as terminal, PlainProgress(terminal) as progress:
        yield progress.show, progress, _as_lines(progress.show), lambda: contextlib.nullcontext(terminal)


@contextlib.contextmanager
def _live() -> Iterator[_Screen]:
    """Drawn on the terminal, with what steps print above the drawing."""
    from specc_targets.local.watching.rich_live import LiveProgress

    with _terminal() as terminal, LiveProgress(terminal) as progress:
        yield progress.show, progress, _as_lines(progress.show), progress.aside


def _terminal() -> TextIO:
    """Standard error as it is now, whatever its descriptor leads to later."""
    return os.fdopen(os.dup(2), "w", encoding=sys.stderr.encoding or "utf-8", errors="backslashreplace")


@contextlib.contextmanager
def _json() -> Iterator[_Screen]:
    """As JSON objects, one a line, of events and of whatever is printed."""
    out = os.dup(2)

    def write(line: Line) -> None:
        with contextlib.suppress(OSError):  # whoever read it is gone; the run goes on
            view = memoryview(encoded(line))
            while view:
                view = view[os.write(out, view) :]

    recorder = Recorder(write)
    try:
        yield lambda text: recorder.printed(None, "stderr", None, text), recorder, recorder.printed, None
    finally:
        os.close(out)


@contextlib.contextmanager
def _descriptors() -> Iterator[None]:
    """What is written past Python's streams is caught, too; no one knows of which step it is.

    Nothing else may write to a terminal that is drawn on, and secrets are to be hidden in whatever is shown.
    """
    with (
        lines_to(lambda line: capture.deliver(None, "stdout", None, line)) as out,
        lines_to(lambda line: capture.deliver(None, "stderr", None, line)) as err,
        led_to({1: out, 2: err}),
    ):
        yield


def _as_lines(show: Callable[[str], None]) -> Sink:
    def printed(_place: Place | None, _stream: Stream, level: str | None, text: str) -> None:
        show(text if level is None or level in text else f"{level.lower()}: {text}")

    return printed
