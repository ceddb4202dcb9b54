"""Triggers as EventBridge takes them."""

from __future__ import annotations

from specc.ir.module import Module
from specc_targets.aws.deployment import DeployedTrigger

SCHEDULE_ROLE = "schedules"
"""Key of the role with which schedules start the machine."""
EVENT_ROLE = "events"
"""Key of the role with which events start the machine."""


def deployed_triggers(module: Module) -> tuple[DeployedTrigger, ...]:  # noqa: ARG001  # triggers are refused so far
    """The triggers of a module."""
    return ()
