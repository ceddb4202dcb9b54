"""Makes the calls of a local run on SLURM, as arrays of jobs: `--engine slurm`.

The run itself stays here, with its journal and its results. Nothing connects to it: calls and their results are files
in a folder on the file system that all machines share, and all that is asked of SLURM is asked by its own programs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specc_targets.remote.errors import EngineError

if TYPE_CHECKING:
    from specc_targets.slurm.executor import SlurmExecutor

__all__ = ["EngineError", "open_slurm"]


def open_slurm(
    address: str | None, root: Path, jobs: int | None, *, name: str = "", folder: Path | None = None
) -> SlurmExecutor:
    """What `--engine slurm[=options]` names: `slurm=partition=short,account=x`; options are those of `sbatch`.

    `name` is what jobs are called after. `folder` is that of the run, if it has one. Raises `EngineError`.
    """
    from specc_targets.slurm.executor import SlurmExecutor  # jobs, which begin often, do without it

    return SlurmExecutor(address, root, jobs=jobs, name=name, folder=folder)
