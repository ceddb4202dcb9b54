"""Runs the calls of a local run on the machines of a Ray cluster: `--engine ray`."""

from __future__ import annotations

from pathlib import Path

from specc_targets.ray.executor import RayExecutor
from specc_targets.remote.errors import EngineError

__all__ = ["EngineError", "RayExecutor", "open_ray"]


def open_ray(address: str | None, root: Path, jobs: int | None) -> RayExecutor:
    """What `--engine ray[=address]` names: `host:port`, `ray://host:port`, `auto`, or without one this machine.

    Raises `EngineError`.
    """
    return RayExecutor(address, root, jobs=jobs)
