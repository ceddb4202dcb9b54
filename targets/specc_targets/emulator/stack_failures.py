"""A resource that a service refuses ends its stack as at AWS: what was made goes, and the stack stays to say why.

moto answers with the service's own error in the place of CloudFormation's, and leaves the stack as one that changes.
(CloudFormation user guide, "Understand CloudFormation stack creation events" and "Stack failure options".)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Event, Stack
from moto.cloudformation.parsing import OutputMap
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from specc_targets.emulator.replacing import replace


class _FailedError(Exception):
    """A service has refused to make a resource."""

    def __init__(self, logical: str, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.logical, self.kind = logical, kind
        self.reason = f'Resource handler returned message: "{reason}" (HandlerErrorCode: InvalidRequest)'


def install() -> None:
    """Put these in the place of moto's."""
    update = Stack.update

    def create_all(self: Stack) -> None:
        try:
            create(self)
        except _FailedError as error:
            _tell(self, error, "CREATE_FAILED")
            _roll_back(self, error)

    def update_all(self: Stack, *given: Any, **more: Any) -> None:
        try:
            update(self, *given, **more)
        except _FailedError as error:  # nothing is rolled back, and the stack says so
            _tell(self, error, "UPDATE_FAILED")
            _end(self, "UPDATE_ROLLBACK_FAILED")

    replace(parsing, "parse_and_create_resource", _failing(parsing.parse_and_create_resource))
    create = replace(Stack, "create_resources", create_all)
    replace(Stack, "update", update_all)


def _failing(make: Callable[..., Any]) -> Callable[..., Any]:
    """The same; what a service refuses is told with the resource."""

    def made(logical: str, described: dict[str, Any], *rest: Any, **more: Any) -> Any:
        try:
            return make(logical, described, *rest, **more)
        except ValidationError:  # CloudFormation's own, about the template
            raise
        except (HTTPException, ServiceException) as error:
            reason = getattr(error, "message", None) or getattr(error, "description", None) or str(error)
            raise _FailedError(logical, described["Type"], str(reason)) from None

    return made


def _tell(stack: Stack, error: _FailedError, status: str) -> None:
    event = Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=error.logical,
        physical_resource_id="",
        resource_type=error.kind,
        resource_status=status,
        resource_status_reason=error.reason,
        resource_properties=None,
    )
    stack.events.append(event)


def _roll_back(stack: Stack, error: _FailedError) -> None:
    """Delete what was made. Whatever is looked up in moto's maps of resources and outputs is made: they are emptied."""
    why = f"The following resource(s) failed to create: [{error.logical}]. Rollback requested by user."
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=why)
    stack.resource_map.delete()
    stack.resource_map._resource_json_map = {}
    stack.output_map = OutputMap(stack.resource_map, {"Outputs": {}}, stack.stack_id)
    _end(stack, "ROLLBACK_COMPLETE")


def _end(stack: Stack, status: str) -> None:
    stack.status = status
    stack._add_stack_event(status)
