"""Diagnostics as lines of `--log-format json`: the event `diagnostic` of `specc_schemas.events`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from specc.cli.report import Failure, Refused

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic


def tell(diagnostics: Iterable[Diagnostic], run: str = "") -> None:
    """Write each diagnostic to standard error as an object on a line."""
    from specc.diagnostics.render.json_format import as_data

    for diagnostic in diagnostics:
        _write(as_data(diagnostic), run)


def tell_failure(failure: Failure) -> None:
    """The same for what keeps a run from beginning."""
    if isinstance(failure, Refused):
        tell(failure.diagnostics)
    else:
        said = {"code": None, "severity": "error", "message": failure.message}
        _write({**said, "labels": [], "help": [], "notes": [], "fix": None}, "")


def _write(diagnostic: dict[str, Any], run: str) -> None:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    line = {"time": moment, "run": run, "event": "diagnostic", "step": "", "items": [], "diagnostic": diagnostic}
    sys.stderr.write(json.dumps(line, separators=(",", ":")) + "\n")
