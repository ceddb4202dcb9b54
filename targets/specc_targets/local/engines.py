"""Who makes the calls of a run: this machine, or an engine for many."""

from __future__ import annotations

from pathlib import Path

from specc.targets import TargetError
from specc_targets.local.execution import Executor


class EngineMissing(TargetError):  # noqa: N818  # the name says it
    """An engine is unknown, not installed, or cannot be reached."""

    code = 3


def open_executor(
    engine: str | None, root: Path, jobs: int | None, *, spec: str = "", folder: Path | None = None
) -> Executor | None:
    """What makes the calls of a run for `--engine NAME[=ADDRESS]`; None for this machine. Raises `TargetError`.

    `root` is where the functions are found, `spec` the name of what runs, `folder` that of the run, if it is kept.
    """
    name, given, address = (engine or "local").partition("=")
    if name == "local":
        if given:
            raise TargetError("the engine `local` is this machine and has no address; `-j` says how many calls at once")
        return None
    if name == "dask":
        from specc_targets.dask import open_dask

        return open_dask(address or None, root, jobs)
    if name == "ray":
        from specc_targets.ray import open_ray

        return open_ray(address or None, root, jobs)
    if name == "slurm":
        from specc_targets.slurm import open_slurm

        return open_slurm(address or None, root, jobs, name=spec, folder=folder)
    raise EngineMissing(f"no engine is called `{name}`; there are: local, dask, ray, slurm")
