"""The things that were leased for the step that is running: a GPU's number, a port."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_here: ContextVar[dict[str, str] | None] = ContextVar("specc_slots", default=None)
_process: dict[str, str] = {}


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
        _process.clear()
        for name in variables:
            os.environ.pop(name, None)
