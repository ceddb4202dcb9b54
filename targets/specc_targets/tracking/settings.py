"""Where the metrics of a run go, as it was decided when the run began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.ir.module import Module
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.files import read_json, write_json

FILE = "tracking.json"
OFF = "off"
"""The address that stands for none."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One MLflow experiment."""

    mlflow: str
    """The server's address."""
    experiment: str
    tags: Mapping[str, str]


def settings_for(
    module: Module, folder: Path, over: Mapping[str, Any] | None = None, under: Mapping[str, Any] | None = None
) -> Settings | None:
    """What is in force, and noted in the folder of the run for when it goes on; None when nothing is to be sent.

    `over` counts more than the spec, `under` less; their keys are those of `[tracking]`. What a run began with counts
    where none of them says anything. Raises `StateError`.
    """
    own = {"mlflow": module.tracking.mlflow, "experiment": module.tracking.experiment}
    found: dict[str, Any] = {}
    for layer in (_noted(folder), under or {}, own, over or {}):
        found.update({key: value for key, value in layer.items() if value is not None and key != "tags"})
    tags = {**((under or {}).get("tags") or {}), **dict(module.tracking.tags), **((over or {}).get("tags") or {})}
    tags = tags or _noted(folder).get("tags") or {}
    address = found.get("mlflow")
    if not address or address == OFF:
        return None
    settings = Settings(str(address).rstrip("/"), str(found.get("experiment") or module.name), tags)
    noted = {"mlflow": settings.mlflow, "experiment": settings.experiment, "tags": dict(tags)}
    if noted != _noted(folder):
        write_json(folder / FILE, noted)
    return settings


def _noted(folder: Path) -> dict[str, Any]:
    try:
        return read_json(folder / FILE)
    except (FileNotFoundError, StateError):
        return {}
