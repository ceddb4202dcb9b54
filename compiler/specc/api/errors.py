"""What the functions of this package raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.api.results import Findings, RunResult


class SpecError(ValueError):
    """A spec does not compile. `str()` is what `specc check` prints, `diagnostics` the same as data."""

    def __init__(self, message: str, diagnostics: Findings) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


class RunFailed(Exception):  # noqa: N818  # what `check` raises reads as what happened
    """A run did not succeed. `str()` says why, at the spec's line, with the traceback of the user's function."""

    def __init__(self, result: RunResult) -> None:
        super().__init__(result.explanation)
        self.result = result


class StateError(RuntimeError):
    """What is kept of runs cannot be written, or the run that is to be gone on with cannot be found or read."""
