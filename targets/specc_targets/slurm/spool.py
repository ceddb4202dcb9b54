"""The files between a run and its jobs: calls, their results, and what they print.

Every submission has a folder:

    call.json     what is called, where, and which items each job of the array has
    index         where in `arguments` each item begins
    arguments     the items, one after the other
    keys          what identifies each item in a run, one a line
    job           the number that SLURM has given it
    job.sh        what SLURM runs
    results/      by item: a line of JSON, and the bytes of the result; each file comes whole, by being renamed
    logs/         by job of the array: lines of JSON, as they come
    out/          by job of the array: what it printed itself, when it could not do its work
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import pickle
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from specc_targets.local.execution import Call, Outcome
from specc_targets.remote.packing import Packed

RESULTS, LOGS, OUT, CALL, JOB = "results", "logs", "out", "call.json", "job"
TAKEN = ".taken"
"""What is appended to the name of a result that the run has had for a while."""
_OFFSET = struct.Struct("<Q")
Slots = tuple[tuple[str, tuple[str, ...]], ...]


class Entry(NamedTuple):
    """One item."""

    indices: tuple[int, ...]
    arguments: Packed
    slots: Slots = ()
    """What was leased for it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the jobs of an array are to do."""

    call: Call
    bounds: tuple[int, ...]
    """The first item of each job, and at the end the number of items."""
    root: str
    digest: str
    project: str | None
    """The file that has the project for machines that do not see it as it was."""
    hidden: tuple[str, ...]
    """The names of variables whose values are not to be written down."""


def key_of(call: Call, entry: Entry) -> str:
    """Identifies an item of a run, also when that is gone on with."""
    parts = (call.function, call.step, call.codec, entry.indices, entry.arguments)
    return hashlib.sha256(pickle.dumps(parts, 5)).hexdigest()


def make_private(folder: Path) -> None:
    """Make a folder that nobody else can look into. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"`{folder}` belongs to somebody else")
    folder.chmod(0o700)


def write_wanted(folder: Path, wanted: Wanted, entries: Sequence[Entry]) -> None:
    """Write all that jobs read. Raises `OSError`."""
    make_private(folder)
    for name in (RESULTS, LOGS, OUT):
        (folder / name).mkdir(mode=0o700)
    offsets = [0]
    with (folder / "arguments").open("wb") as file:
        for entry in entries:
            file.write(pickle.dumps(tuple(entry), 5))
            offsets.append(file.tell())
    (folder / "index").write_bytes(b"".join(map(_OFFSET.pack, offsets)))
    (folder / "keys").write_text("".join(f"{key_of(wanted.call, entry)}\n" for entry in entries))
    fields = {name: getattr(wanted, name) for name in Wanted.__slots__}
    call = {name: getattr(wanted.call, name) for name in Call.__slots__}
    write_whole(folder / CALL, json.dumps({**fields, "call": call}).encode())


def read_wanted(folder: Path) -> Wanted:
    """Raises `OSError` and `ValueError`."""
    about = json.loads((folder / CALL).read_bytes())
    call = Call(**{**about.pop("call"), "slots": ()})
    return Wanted(**{**about, "call": call, "bounds": tuple(about["bounds"]), "hidden": tuple(about["hidden"])})


def read_keys(folder: Path) -> list[str]:
    """What identifies each item."""
    return (folder / "keys").read_text().split()


def read_entries(folder: Path, first: int, end: int) -> list[Entry]:
    """Some of the items."""
    with (folder / "index").open("rb") as index:
        index.seek(first * _OFFSET.size)
        offsets = [one[0] for one in _OFFSET.iter_unpack(index.read((end - first + 1) * _OFFSET.size))]
    with (folder / "arguments").open("rb") as file:
        file.seek(offsets[0])
        # written by the run itself, into a folder that is nobody else's
        return [Entry(*pickle.loads(file.read(after - at))) for at, after in itertools.pairwise(offsets)]


def write_outcome(folder: Path, item: int, outcome: Outcome, logged: int) -> None:
    """Write how an item ended, after which `logged` bytes of the job's log belong to it or those before."""
    about = {name: getattr(outcome, name) for name in Outcome.__slots__ if name != "data"}
    head = json.dumps({**about, "size": len(outcome.data), "logged": logged}).encode()
    write_whole(folder / RESULTS / str(item), head + b"\n" + outcome.data)


def read_outcome(folder: Path, item: int) -> tuple[Outcome, int] | None:
    """How an item ended, and how many bytes of the log belong to it; None when that is not there, or not whole."""
    try:
        head, _, data = (folder / RESULTS / str(item)).read_bytes().partition(b"\n")
        about: dict[str, Any] = json.loads(head)
        size, logged = about.pop("size"), about.pop("logged")
        if len(data) != size:
            return None
        return Outcome(**{**about, "names": tuple(about["names"]), "data": data}), logged
    except (OSError, ValueError, KeyError, TypeError):
        return None


def has_outcome(folder: Path, item: int) -> bool:
    """Whether an item has ended."""
    return any((folder / RESULTS / f"{item}{mark}").exists() for mark in ("", TAKEN))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that nobody sees before it is complete, wherever it is looked at from."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def look_anew(folder: Path) -> None:
    """Have a network file system forget what it remembers of a folder, by changing that."""
    try:
        mark = folder / f".look.{os.getpid()}"
        mark.touch()
        mark.unlink()
    except OSError:
        return
