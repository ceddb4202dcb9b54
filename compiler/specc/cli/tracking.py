"""Where `specc run` sends metrics, as far as that is not the spec's matter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.cli.report import Failure, show
from specc.config_files import FILE_NAME, user_file

if TYPE_CHECKING:
    from specc.cli.jobs import Job
    from specc.diagnostics import Diagnostic

_VARIABLES = "SPECC_TRACKING_"
Layers = tuple[Mapping[str, Any], Mapping[str, Any]]


def tracking_layers(job: Job, flag: str | None, *, quiet: bool = False) -> Layers:
    """The settings of tracking for a job, which is given up when they are wrong. Raises `Failure`."""
    try:
        return _layers(job.root, flag, quiet=quiet)
    except Failure:
        if job.kept is not None:
            job.kept.abandon()
        raise


def _layers(root: Path, flag: str | None, *, quiet: bool) -> Layers:
    """The settings of tracking that count more than the spec's, and those that count less.

    More do `--track` and the environment, less the files `specc.config.toml`. What is wrong with them is shown, unless
    `quiet`; raises `Failure` for a faulty flag or variable, and for faulty files.
    """
    stated = {name: value for name, value in os.environ.items() if name.startswith(_VARIABLES)}
    files = [file for file in (user_file(os.environ), root / FILE_NAME) if file is not None and file.is_file()]
    if not stated and not files and flag is None:
        return {}, {}
    from specc.config import load_settings
    from specc.diagnostics import Sink
    from specc.source import locate_diagnostics

    sink = Sink()
    home = {name: os.environ[name] for name in ("HOME", "XDG_CONFIG_HOME") if name in os.environ}
    found = load_settings(root, {"tracking": {"mlflow": flag}}, {**home, **stated}, sink)
    told: tuple[Diagnostic, ...] = locate_diagnostics(sink.diagnostics, None)
    if sink.failed:
        show(told, found.texts)
        raise Failure("the settings cannot be used", 2)
    if told and not quiet:
        show(told, found.texts)
    over: dict[str, Any] = {}
    under: dict[str, Any] = {}
    for entry in found.entries:
        if entry.key[0] == "tracking":
            is_over = entry.source == "flag" or entry.source.startswith("environment variable ")
            table = over if is_over else under
            for part in entry.key[1:-1]:
                table = table.setdefault(part, {})
            table[entry.key[-1]] = entry.value
    return over, under
