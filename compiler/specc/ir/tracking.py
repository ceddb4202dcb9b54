"""Where the metrics of a run go besides its own folder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What a spec says of the tracking of its runs."""

    mlflow: str | None = None
    """The tracking URI of MLflow."""
    experiment: str | None = None
    """None: the spec's name."""
    tags: tuple[tuple[str, str], ...] = ()


UNTRACKED = Tracking()
