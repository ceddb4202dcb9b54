"""How the interpreter runs jobs and tasks to their end: parameters and answers as Step Functions has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback,
    state_task_service_ecs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_batch import (
    StateTaskServiceBatch,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_ecs import (
    StateTaskServiceEcs,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from specc_targets.emulator.models import service_model
from specc_targets.emulator.replacing import replace

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from moto.stepfunctions.parser.asl.eval.environment import Environment

_LOOK_EVERY = 0.02
"""Seconds between two looks at a job."""
_ALSO_KNOWN = ("CapacityProviderStrategy",)


def install() -> None:
    """Give the two services what moto leaves out."""
    replace(state_task_service_callback, "_DELAY_SECONDS_SYNC_CONDITION_CHECK", _LOOK_EVERY)
    for service in (StateTaskServiceBatch, StateTaskServiceEcs):
        replace(service, "_normalise_parameters", normalise_parameters)
        replace(service, "_normalise_response", normalise_response)
    state_task_service_ecs._SUPPORTED_API_PARAM_BINDINGS["runtask"].update(_ALSO_KNOWN)
    resolve = StateTaskServiceEcs._build_sync_resolver

    def build(self: StateTaskServiceEcs, env: Environment, *values: Any, **named: Any) -> Callable[[], Any]:
        look = resolve(self, env, *values, **named)
        assert look is not None

        def resolver() -> Any:
            task = look()
            if task and _failed(task):
                raise _failure(self, env, task)
            return task

        return resolver

    replace(StateTaskServiceEcs, "_build_sync_resolver", build)


@lru_cache
def _operation(service: str, action: str) -> OperationModel:
    from botocore import xform_name

    model = service_model(service)
    names = {xform_name(name): name for name in model.operation_names}
    return model.operation_model(names[action])


def normalise_parameters(
    self: Any, parameters: Any, boto_service_name: str | None = None, service_action_name: str | None = None
) -> None:
    """Make the parameters of a task those of the call."""
    service, action = self._get_boto_service_name(boto_service_name), self._get_boto_service_action(service_action_name)
    shape = _operation(service, action).input_shape
    if shape is not None:
        self._to_boto_request(parameters, shape)


def normalise_response(
    self: Any, response: Any, boto_service_name: str | None = None, service_action_name: str | None = None
) -> None:
    """Make the answer of a call that of a task."""
    service, action = self._get_boto_service_name(boto_service_name), self._get_boto_service_action(service_action_name)
    shape = _operation(service, action).output_shape
    if shape is not None:
        self._from_boto_response(response, shape)


def _failed(task: dict[str, Any]) -> bool:
    codes = [container.get("ExitCode") for container in task.get("Containers", ())]
    return any(code != 0 for code in codes)


def _failure(self: StateTaskServiceEcs, env: Environment, task: dict[str, Any]) -> FailureEventException:
    name = StatesErrorNameType.StatesTaskFailed
    details = TaskFailedEventDetails(
        resource=self._get_sfn_resource(),
        resourceType=self._get_sfn_resource_type(),
        error=name.to_name(),
        cause=json.dumps(task, default=str),
    )
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=name),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),  # type: ignore[typeddict-item]  # so does moto
        )
    )
