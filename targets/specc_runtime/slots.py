"""The things that were leased for the step that is running: a GPU's number, a port."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from specc_runtime.errors import SpeccError

FOLDER = "SPECC_SLOTS"
"""Environment variable with the folder of the files that stand for things; without it nothing is locked."""
_LONGEST = 200
_PATIENCE = 30.0
"""Seconds to wait for what still uses a thing that has been leased to this process: it has been killed."""

_here: ContextVar[dict[str, str] | None] = ContextVar("specc_slots", default=None)
_process: dict[str, str] = {}
_held: list[int] = []


class SlotBusy(SpeccError):  # noqa: N818  # part of the language
    """Something that an earlier step has left behind still uses what was leased."""


def current() -> dict[str, str]:
    """Slot name -> what this step has leased; empty when the step asks for nothing."""
    found = _here.get()
    return dict(_process if found is None else found)


def variable(name: str) -> str:
    """The environment variable in which a process finds the thing: `SPECC_SLOT_GPU`."""
    return "SPECC_SLOT_" + re.sub(r"\W", "_", name).upper()


@contextmanager
def leased(things: Mapping[str, str]) -> Iterator[None]:
    """Make `things` what `current` gives in this thread; for calls in a process that runs several at a time."""
    token = _here.set(dict(things))
    try:
        yield
    finally:
        _here.reset(token)


@contextmanager
def leased_by_process(things: Mapping[str, str]) -> Iterator[None]:
    """Make `things` what `current` gives in every thread, and put them into the environment."""
    variables = {variable(name): thing for name, thing in things.items()}
    _process.update(things)
    os.environ.update(variables)
    try:
        yield
    finally:
        _let_go()
        _process.clear()
        for name in variables:
            os.environ.pop(name, None)


def hold(things: Mapping[str, str]) -> None:
    """Lock what this process has leased, until `leased_by_process` ends. Programs that it starts hold it, too.

    The system lets go of it when the last of them is gone. So nobody uses a thing before those have ended to whom it
    was leased earlier, also when the engine was killed that leased it to them. Raises `SlotBusy`.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    import fcntl  # late: few processes lock anything

    for name, thing in sorted(things.items()):
        try:
            _held.append(os.open(file_of(Path(folder), name, thing, "use"), os.O_RDWR | os.O_CREAT, 0o600))
        except OSError:  # the folder is another machine's
            return
        deadline, pause = time.monotonic() + _PATIENCE, 0.0005
        while True:
            try:
                fcntl.flock(_held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise SlotBusy(
                        f"`{thing}` of the slot `{name}` is still used by what an earlier step left"
                    ) from None
            time.sleep(pause)
            pause = min(2 * pause, 0.05)


def held() -> tuple[int, ...]:
    """The descriptors of the locks, for programs that inherit them."""
    return tuple(_held)


def file_of(folder: Path, name: str, thing: str, kind: Literal["lease", "use"]) -> Path:
    """The file that is locked by a run that has leased a thing, or by whoever uses it."""
    return folder / f"{quote(name, safe='')}-{quote(thing, safe='')[:_LONGEST]}.{kind}"


def _let_go() -> None:
    while _held:
        os.close(_held.pop())  # without unlocking: what was left behind may still have it


os.register_at_fork(after_in_child=_let_go)
