"""The run's environment on other machines: what the spec's `env` and `secrets` set, and nothing else."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from specc_runtime.environment import variables_set
from specc_targets.local.processes.starting import Started, Starter, new_starter

_lock = threading.RLock()


def added(before: Mapping[str, str]) -> dict[str, str]:
    """The variables that are not as they were `before`, by name."""
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


class Surrounded:
    """Starts processes that have more variables than this one."""

    def __init__(self, root: Path, variables: Mapping[str, str], *, logs: bool) -> None:
        self._variables = dict(variables)
        with _environment(self._variables):
            self._starter: Starter = new_starter(root, logs=logs)

    def start(self) -> Started:
        """As `Starter.start`."""
        with _environment(self._variables):
            return self._starter.start()

    def end(self, started: Started) -> int | None:
        """As `Starter.end`."""
        return self._starter.end(started)

    def close(self) -> None:
        """As `Starter.close`."""
        self._starter.close()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Have these variables set while a process is started, which takes them over."""
    if not variables:
        yield
        return
    with _lock, variables_set(variables):
        yield
