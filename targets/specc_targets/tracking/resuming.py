"""Makes metrics fit for a run that goes on: those of calls that are made again are dropped, so none is there twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.files import read_json, write_file, write_json
from specc_targets.local.runs.reading import read_records
from specc_targets.tracking.lines import METRICS, parse_metric
from specc_targets.tracking.reading import Place

SENT = "mlflow.json"
"""How much of the file has been sent, among other things."""
_PART = re.compile(r"\[(\d+)\]|\{\d+\}")
_SLACK = 0.005
"""Seconds that a clock may be behind itself, between a metric and the end of its call."""


def drop_unfinished(folder: Path, warn: Callable[[str], None]) -> None:
    """Drop the metrics of calls that have no end in the journal: they were killed, and will be made again."""
    path = folder / METRICS
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return
    except OSError as error:
        warn(f"cannot read `{path}`: {error.strerror or error}; some metrics may be there twice")
        return
    try:
        ended = _ends(folder)
        kept = [line for line in lines if _is_of_ended(line, ended)]
        if len(kept) < len(lines):
            _adjust(folder, lines, ended)
            write_file(path, b"".join(kept))
    except StateError as error:
        warn(f"{error}; some metrics may be there twice")


def _is_of_ended(line: bytes, ended: dict[Place, float]) -> bool:
    found = parse_metric(line) if line.endswith(b"\n") else None
    if found is None or not found.step:
        return found is not None
    parts = found.step.split("/")
    # the only step of a group that is repeated goes by the address of the group
    paths = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return any(found.time <= ended.get((path, found.items), 0.0) + _SLACK for path in paths)


def _adjust(folder: Path, lines: list[bytes], ended: dict[Place, float]) -> None:
    """What has been sent is a part of the file from its beginning; what is dropped of it makes that part shorter."""
    try:
        state = read_json(folder / SENT)
    except FileNotFoundError:
        return
    offset, sent = 0, 0
    for line in lines:
        offset += len(line)
        if offset > int(state.get("sent", 0)):
            break
        sent += len(line) if _is_of_ended(line, ended) else 0
    write_json(folder / SENT, {**state, "sent": sent})


def _ends(folder: Path) -> dict[Place, float]:
    """When the last call of each step ended that has an end in the journal."""
    found: dict[str, float] = {}
    for record in read_records(folder):
        if record.kind in ("item", "step", "failed"):
            found[record.address] = record.started + record.seconds
        elif record.kind == "forget":
            for address in record.kept or ():
                below = tuple(f"{address}{mark}" for mark in "/[{!")
                for known in [one for one in found if one == address or one.startswith(below)]:
                    del found[known]
    places: dict[Place, float] = {}
    for address, end in found.items():
        for place in _places(address):
            places[place] = max(end, places.get(place, 0.0))
    return places


def _places(address: str) -> Iterator[Place]:
    """The step's path and items that an address in the journal stands for: `process[3]/fetch{0}`."""
    items = tuple(int(found) for found in _PART.findall(address) if found)
    path = _PART.sub("", address).removeprefix("finally/")
    yield path.replace("!", "/"), items
    if "!" in path:
        yield "/".join(part.rpartition("!")[2] for part in path.split("/")), items
