"""Runs the calls of a local run on the machines of a Dask cluster: `--engine dask`.

The run itself stays here, with its journal and its results; `DaskExecutor` only makes its calls somewhere else.
"""

from __future__ import annotations

from pathlib import Path

from specc_targets.dask.executor import DaskExecutor
from specc_targets.remote.errors import EngineError

__all__ = ["DaskExecutor", "EngineError", "open_dask"]


def open_dask(address: str | None, root: Path, jobs: int | None) -> DaskExecutor:
    """What `--engine dask[=address]` names: `tcp://host:port`, `slurm`, or without one workers on this machine.

    Raises `EngineError`.
    """
    return DaskExecutor(address, root, jobs=jobs)
