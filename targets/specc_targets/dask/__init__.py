"""Runs the calls of a local run on the machines of a Dask cluster: `--engine dask`.

The run itself stays here, with its journal and its results; `DaskExecutor` only makes its calls somewhere else.
"""

from __future__ import annotations

from pathlib import Path

from specc_targets.dask.errors import EngineError
from specc_targets.dask.executor import DaskExecutor
from specc_targets.local.slots import SlotPool

__all__ = ["DaskExecutor", "EngineError", "open_engine"]


def open_engine(text: str, root: Path, *, jobs: int | None = None, slots: SlotPool | None = None) -> DaskExecutor:
    """What `--engine` names: `dask`, `dask=tcp://host:port` or `dask=slurm`. Raises `EngineError`."""
    name, equals, address = text.partition("=")
    if name != "dask" or (equals and not address):
        raise EngineError(
            f"there is no engine `{text}`; write `dask` for workers on this machine, `dask=tcp://host:8786` for a"
            " scheduler that runs already, or `dask=slurm`"
        )
    return DaskExecutor(address or None, root, jobs=jobs, slots=slots)
