"""How long a sweep will take, by how long cells of its step took in earlier runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from specc_targets.local.runs.directory import RunDirectory, list_runs
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.reading import read_records
from specc_targets.report.addresses import step_of

RUNS = 10
"""Runs of a spec that are asked, the newest ones."""
_LOOKED_AT = 200
"""Runs of any spec that are looked at to find them."""
_ENOUGH = 50
"""Cells after which no older run is asked."""
_MOST = 5_000
"""Cells of one run that are looked at."""


def estimate(state: Path, spec: str, step: tuple[str, ...], cells: int, workers: int) -> float | None:
    """About how many seconds so many cells of a step will take with so many at a time; None where nothing is known.

    `spec` is the path of the spec whose runs in the state directory are asked.
    """
    known: list[float] = []
    with suppress(StateError, OSError):
        for run in _runs_of(state, str(Path(spec).resolve())):
            known += durations(run.path, step)
            if len(known) >= _ENOUGH:
                break
    if not known or cells < 1:
        return None
    mean = sum(known) / len(known)
    at_once = max(1, min(workers, cells))
    # The last ones end one after the other: on average half a cell later than if all could be shared out evenly.
    return mean * max(1.0, cells / at_once + (0.5 if cells > at_once > 1 else 0.0))


def _runs_of(state: Path, path: str) -> Iterator[RunDirectory]:
    left = RUNS
    for run in list_runs(state)[:_LOOKED_AT]:
        if left and run.damage() is None and run.header().get("path") == path:
            left -= 1
            yield run


def durations(folder: Path, step: tuple[str, ...]) -> list[float]:
    """How long each cell of a step took that has a result, in seconds. Raises `JournalError`."""
    name = "/".join(step)
    inside = f"{name}/"
    spans: dict[str, tuple[float, float]] = {}
    for record in read_records(folder):
        if record.seconds <= 0 or record.kind not in ("item", "step"):
            continue
        path, where = step_of(record.address)
        path = path.removeprefix("finally/")
        if not where or not (path == name or path.startswith(inside)):
            continue
        cell = where if path == name else where.partition(".")[0]
        start, end = record.started, record.started + record.seconds
        known = spans.get(cell)
        if known is None and len(spans) >= _MOST:
            break
        spans[cell] = (start, end) if known is None else (min(start, known[0]), max(end, known[1]))
    return [end - start for start, end in spans.values()]
