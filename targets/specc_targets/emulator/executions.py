"""How the interpreter runs executions of other machines to their end."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

from specc_targets.emulator.container_tasks import normalise_parameters, normalise_response
from specc_targets.emulator.replacing import replace


def install() -> None:
    """Give the service what moto leaves out: fields as Step Functions has them, and names of executions."""
    texts = StateTaskServiceSfn._normalise_parameters

    def parameters(self: StateTaskServiceSfn, parameters: Any, *names: Any, **named: Any) -> None:
        texts(self, parameters, *names, **named)
        normalise_parameters(self, parameters, *names, **named)
        if "stateMachineArn" in parameters:
            parameters.setdefault("name", str(uuid4()))

    replace(StateTaskServiceSfn, "_normalise_parameters", parameters)
    replace(StateTaskServiceSfn, "_normalise_response", normalise_response)
