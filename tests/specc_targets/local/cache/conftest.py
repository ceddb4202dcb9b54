"""A project, and its cache as one run after the other has it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.cache import Cache
from specc_targets.local.cache.catalogue import Catalogue
from specc_targets.local.cache.why import Explanation


class Project:
    """Files below a root, whose changes are always seen: each write has a time stamp of its own, long ago."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.directory = folder / "state" / "cache"
        self._time = 1_000_000_000

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, by path below the root."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            self._time += 10
            os.utime(path, (self._time, self._time))

    @contextmanager
    def run(self, **options: Any) -> Iterator[Cache]:
        """The cache of one run."""
        with Cache(self.directory, self.root, spec="/spec.toml", **options) as cache:
            yield cache

    def call(self, function: str = "steps:f", codec: str | None = None, key: Any = None, **arguments: Any) -> bool:
        """One run with one cached step: its result is new each time it is called; gives whether it was found."""
        with self.run() as cache:
            made = cache.key(function, arguments, codec, key_values=key)
            assert made is not None
            if cache.get(made, step="s") is not None:
                return True
            cache.put(made, 1, step="s", seconds=2.5)
            return False

    def why(self, step: str = "s") -> Explanation:
        """What `specc cache why` knows."""
        with Catalogue(self.directory) as catalogue:
            found = catalogue.explain(step)
        assert found is not None
        return found

    def reasons(self) -> tuple[str, ...]:
        """Why the last call that was made was made."""
        miss = self.why().miss
        assert miss is not None
        return miss.reasons


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
