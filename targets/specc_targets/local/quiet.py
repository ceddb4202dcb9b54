"""A run that says nothing while it goes on: for tests, whose output matters only when they fail."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from specc.ir.module import Module
from specc_runtime.expressions import JsonValue
from specc_runtime.functions import forget_modules
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult, run
from specc_targets.local.session import signals

KEPT = 64 * 1024
"""Bytes of what steps printed that are given back, the last ones."""


def run_quietly(
    module: Module,
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    jobs: int | None = None,
    cancel: Cancellation | None = None,
) -> tuple[RunResult, int | None, str]:
    """Run a module; also the number of the signal that asked it to stop, if one did, and what its steps printed.

    The user's modules are imported anew in every run: what a run leaves in them, the next one does not see.
    """
    cancel, known = cancel or Cancellation(), frozenset(sys.modules)
    with tempfile.TemporaryFile() as file:
        with signals(cancel) as received, _captured(file):
            result = run(module, parameters, root=root, max_workers=jobs, cancel=cancel)
            forget_modules(known)
        file.seek(max(0, file.seek(0, os.SEEK_END) - KEPT))
        printed = file.read().decode(errors="replace")
    return result, received[0] if received else None, printed


@contextlib.contextmanager
def _captured(file: IO[bytes]) -> Iterator[None]:
    """Standard output and error go to `file` meanwhile, also those of processes."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
    stream = os.fdopen(os.dup(file.fileno()), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    try:
        for descriptor in kept:
            os.dup2(file.fileno(), descriptor)
        with stream, contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            yield
    finally:
        for descriptor, copy in kept.items():
            os.dup2(copy, descriptor)
            os.close(copy)
