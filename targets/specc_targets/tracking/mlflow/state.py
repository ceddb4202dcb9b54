"""What has been sent of a run, noted in its folder so that one that goes on continues the same runs of MLflow."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.files import read_json, write_file, write_json
from specc_targets.local.runs.journal import JOURNAL
from specc_targets.tracking.lines import METRICS
from specc_targets.tracking.resuming import SENT


@dataclass
class State:
    """Of one server and experiment."""

    server: str = ""
    experiment: str = ""
    """Its name."""
    id: str = ""
    """The experiment's."""
    run: str = ""
    """The run's in MLflow; empty before it has been made."""
    artifacts: str = ""
    sent: int = 0
    """Bytes of `metrics.jsonl` that have been sent."""
    read: int = 0
    """Bytes of the journal that have been seen to."""
    moved: int = 0
    """Bytes of the journal before a matrix changed: there indices mean other configurations. 0: it never did."""
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The id of each cell's run, and where its artifacts are; by the cell's address."""
    ended: dict[str, str] = field(default_factory=dict)
    """The status of the cells that have ended, by address."""

    @classmethod
    def of(cls, folder: Path, server: str, experiment: str) -> Self:
        """What is known of these; a new one where nothing is.

        Where power failed, files may be shorter than what was sent of them; then they go on from where they end.
        """
        try:
            found = read_json(folder / SENT)
            state = cls(**found)
            state.cells = {str(address): (str(about[0]), str(about[1])) for address, about in state.cells.items()}
        except (FileNotFoundError, StateError, TypeError, LookupError, AttributeError):
            state = cls()
        if (state.server, state.experiment) != (server, experiment):
            state = cls(server, experiment, read=state.moved, moved=state.moved)
        state.sent = min(state.sent, _size(folder / METRICS))
        state.read = min(state.read, _size(folder / JOURNAL))
        return state

    def save(self, folder: Path, *, sync: bool = False) -> None:
        """Note it. Raises `StateError`."""
        if sync:
            write_json(folder / SENT, asdict(self))
        else:
            import json

            write_file(folder / SENT, json.dumps(asdict(self)).encode(), sync=False)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
