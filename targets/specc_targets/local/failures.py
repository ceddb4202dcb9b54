"""How a step's failure travels through a run."""

from __future__ import annotations

from dataclasses import dataclass

from specc.diagnostics import ROOT, Place


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed, in data."""

    name: str
    """The error's name as the spec knows it."""
    message: str
    step: str = ""
    """The step, with the groups around it: `process/fetch`. Empty for parameters, secrets and outputs."""
    items: tuple[int, ...] = ()
    """Which item of each map around the step, outermost first."""
    origin: Place = ROOT
    """Where the step, parameter or output stands in the spec."""
    traceback: str = ""
    """The user's own traceback as Python prints it; empty when no code of the user was running."""
    fault: Place | None = None
    """The expression that has no value, where it is known."""
    notes: tuple[str, ...] = ()
    """What else there is to say."""


class StepFailure(Exception):  # noqa: N818  # it carries an error of the user's
    """An error on its way out of a step. `names` are all names that it can be declared under."""

    def __init__(self, error: RunError, names: tuple[str, ...]) -> None:
        super().__init__(f"{error.name}: {error.message}")
        self.error = error
        self.names = names
