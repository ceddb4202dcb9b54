"""Draws how a run goes on, on a terminal: a tree of steps, and above it what stays worth reading."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.text import Text

from specc_targets.local.events import Event, Retrying, StepFailed, StepRecovered
from specc_targets.local.progress import Few
from specc_targets.local.watching.rows import Row, rows
from specc_targets.local.watching.tree import ENDED, Node, Tree
from specc_targets.local.watching.wording import clock, duration, items, rate, slowest, troubles

_PERIOD = 0.1
"""Seconds between two drawings."""
_MOST_WAITING = 2000
"""Lines that wait to be shown; whoever prints more waits for the terminal."""
_NOT_COLORS = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-ln-z@]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78cM])")
"""Escape sequences that move the cursor or do worse."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "skipped": ("-", "dim"), "stopped": ("-", "yellow")}
_ASCII = str.maketrans("✓✗━╸─…·" + _SPINNER, "+x=>-.|" + "|/-\\|/-\\|/")


class LiveProgress:
    """The tree of steps. A thread draws it ten times a second, together with all lines that came meanwhile."""

    def __init__(self, stream: IO[str]) -> None:
        self._console = Console(file=stream)
        self._plain = not (self._console.encoding or "").lower().startswith("utf")
        self._tree, self._few = Tree(), Few()
        self._lock = threading.Lock()
        self._drawing = threading.Lock()
        self._lines: list[str] = []
        self._aside = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="specc-live", daemon=True)
        self._live = Live(
            self,  # not `get_renderable`, which is asked for a new frame only when no lines are printed above it
            console=self._console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        self._live.start()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        with self._lock:
            self._tree.stop(time.monotonic())
        self._draw()
        self._live.stop()
        if found := slowest(self._tree):
            width = max(len(path) for path, _, _ in found)
            self._console.print(Text("slowest steps", style="bold"))
            for path, took, more in found:
                self._console.print(Text(f"  {path:{width}}  {took:>7}  {more}".rstrip()), soft_wrap=True)

    def __call__(self, event: Event) -> None:
        """Learn what happened."""
        with self._lock:
            self._tree.apply(event, time.monotonic())
        if isinstance(event, Retrying | StepRecovered | StepFailed) and (text := self._few(event)):
            self.show(text)

    def show(self, line: str) -> None:
        """Write a line above the tree. Safe in any thread."""
        with self._lock:
            self._lines.append(line)
            full = len(self._lines) >= _MOST_WAITING
        if full:
            self._draw()

    @contextlib.contextmanager
    def aside(self) -> Iterator[IO[str]]:
        """Draw nothing, and keep lines back; meanwhile others may write to the terminal."""
        with self._drawing:
            self._aside = True
            self._live.stop()
        try:
            yield self._console.file
        finally:
            with self._drawing:
                self._live.start()
                self._aside = False

    def _run(self) -> None:
        while not self._stop.wait(_PERIOD):
            self._draw()

    def _draw(self) -> None:
        with self._drawing:
            if self._aside:
                return
            with self._lock:
                lines, self._lines = self._lines, []
            if lines:
                text = Text("\n").join([Text.from_ansi(_NOT_COLORS.sub("", line)) for line in lines])
                self._console.print(text, soft_wrap=True)  # which draws the tree, too
            else:
                self._live.refresh()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._frame()

    def _frame(self) -> Group:
        now, (width, height) = time.monotonic(), self._console.size
        with self._lock:
            shown = rows(self._tree, max(1, height - 3))
            names = max((2 * row.depth + len(row.node.name) for row in shown if row.node is not None), default=0)
            space = min(names, max(12, width // 3))
            drawn = [self._row(row, now, width, space) for row in shown]
            drawn.append(self._foot(now))
        for text in drawn:
            text.no_wrap, text.overflow = True, "crop"
            if self._plain:
                text.plain = text.plain.translate(_ASCII)
        return Group(*drawn)

    def _row(self, row: Row, now: float, width: int, space: int) -> Text:
        if row.node is None:
            return Text("  " * row.depth + row.text, style="dim")
        node = row.node
        mark, style = _MARKS.get(node.state, (_SPINNER[int(now * 10) % 10], "cyan"))
        space -= 2 * row.depth
        name = node.name if len(node.name) <= space else f"{node.name[: max(1, space - 1)]}…"
        text = Text.assemble("  " * row.depth, (mark, style), f" {name:{max(1, space)}}  ")
        if node.state != "running":
            return text.append(_ended(node), style="red" if node.state == "failed" else "dim")
        if node.depth:
            return text.append(_calls(node))
        if node.total is not None:
            return self._bar(text, node, now, width)
        if node.asks:
            return text.append(node.asks, style="yellow")
        return text.append(clock(node.elapsed(now)))

    def _bar(self, text: Text, node: Node, now: float, width: int) -> Text:
        size = max(8, min(30, (width - 70) // 2 + 12))
        total = node.total or 0
        full = size if not total else min(size, node.done * size // total)
        text.append("━" * full, style="cyan").append("─" * (size - full), style="dim")
        text.append(f" {node.done:,}/{total:,}")
        remaining = node.remaining(now)
        if remaining is not None:
            text.append(f"  {rate(node.rate(now))}  eta {clock(remaining)}")
        else:
            text.append(f"  {clock(node.elapsed(now))}")
        if trouble := troubles(node):
            text.append(f"  {trouble}", style="red" if node.failed else "yellow")
        return text

    def _foot(self, now: float) -> Text:
        tree = self._tree
        ended = sum(tree.root.counts[state] for state in ENDED)
        parts = [f"{ended:,} of {max(tree.total, len(tree.root.children)):,} steps"]
        if tree.status is not None:
            parts.append(f"{tree.status} after {duration(tree.seconds)}")
        else:
            parts.append(clock(now - tree.started) if tree.started is not None else "starting")
        parts += [f"run {tree.id}"] if tree.id else []
        return Text(" · ".join(parts), style="dim")


def _ended(node: Node) -> str:
    """What is said of a step that has ended."""
    if node.state == "skipped":
        return "skipped"
    took = duration(node.seconds)
    head = {"failed": f"failed after {took}", "stopped": f"stopped after {took}"}.get(node.state, took)
    head = "known before" if node.cached else head
    return "  ".join(filter(None, (head, items(node))))


def _calls(node: Node) -> str:
    """What is said of a step inside a map."""
    parts = [f"{node.running:,} running"] if node.running else []
    parts += [f"{node.done:,} done"] if node.done or not parts else []
    if node.total is not None:
        parts[-1:] = [f"{node.done:,} of {node.total:,} items"]
    parts += [trouble] if (trouble := troubles(node)) else []
    parts += [f"{duration(node.seconds / node.calls)} each"] if node.calls and node.total is None else []
    return ", ".join(parts)
