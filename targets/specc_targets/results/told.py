"""What a run told of the cells of a step: its attempts, errors that were handled, and which are under way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from specc_targets.local.watching.files import EVENTS
from specc_targets.local.watching.lines import fault_of
from specc_targets.local.watching.reading import epoch, read_lines

Items = tuple[int, ...]


class Told:
    """What events say of the cells of one step, by the indices of the maps around them."""

    def __init__(self, folder: Path, step: str, depth: int) -> None:
        self.retried: Counter[Items] = Counter()
        self.handled: dict[Items, str] = {}
        """The error of a cell that `on_error` gave a result for."""
        self.begun: dict[Items, float] = {}
        """When each cell began of which that was told, in seconds since the epoch."""
        self.total = 0
        """How many cells there are, as far as it was told."""
        inside = f"{step}/"
        for line in read_lines(folder / EVENTS):
            path, items = line["step"], line["items"]
            if path == step or path.startswith(inside):
                self._take(line, path == step, tuple(items[:depth]) if len(items) >= depth else None)

    def _take(self, line: dict[str, Any], own: bool, cell: Items | None) -> None:
        kind = line["event"]
        if cell is None:
            if own and kind in ("step-started", "items-finished") and isinstance(line.get("total"), int):
                self.total = max(self.total, line["total"])
            return
        if kind == "retrying":
            self.retried[cell] += 1
        elif kind == "step-recovered" and own and isinstance(line.get("error"), dict):
            self.handled[cell] = error_text(fault_of(line["error"]))
        elif kind == "item-started":
            seconds = line.get("seconds")
            self.begun[cell] = epoch(line["time"]) - (seconds if isinstance(seconds, int | float) else 0)


def error_text(error: dict[str, Any]) -> str:
    """An error in one text: its name and its message."""
    return f"{error['name']}: {error['message']}" if error["message"] else str(error["name"])
