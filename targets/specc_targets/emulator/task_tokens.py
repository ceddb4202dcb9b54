"""A correction of how moto takes task tokens back."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.responses import StepFunctionResponse

from specc_targets.emulator.replacing import replace


def install() -> None:
    """Hand on the cause of a failure, which moto leaves out ("SendTaskFailure" in the API reference)."""

    def send_task_failure(self: StepFunctionResponse) -> ActionResult:
        token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
        backend: Any = self.stepfunction_backend  # the parser's, which takes more than the plain one
        backend.send_task_failure(token, error=error, cause=cause)
        return EmptyResult()

    replace(StepFunctionResponse, "send_task_failure", send_task_failure)
