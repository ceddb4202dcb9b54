"""What starts runs of a stack by itself: its schedules and rules, switched off."""

from __future__ import annotations

from collections.abc import Sequence

from specc_targets.deployed.errors import client_error, code_of, told
from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import Resource

_GONE = ("ResourceNotFoundException", "ResourceNotFound")
_OF_SCHEDULE = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "Target",
)
"""What an update of a schedule takes; whatever it is not given is forgotten (`UpdateSchedule`)."""
_OF_RULE = ("Description", "EventBusName", "EventPattern", "Name", "RoleArn", "ScheduleExpression")
"""The same for `PutRule`, which keeps the targets."""


def switch_off(account: Account, resources: Sequence[Resource]) -> int:
    """Nothing starts any more by itself; how many triggers there were that might have. Raises `TargetError`."""
    number = 0
    for item in resources:
        switch = {"AWS::Scheduler::Schedule": _schedule, "AWS::Events::Rule": _rule}.get(item.type)
        if switch is None or not item.physical:
            continue
        with told(account.endpoint):
            try:
                number += switch(account, item.physical)
            except client_error() as error:
                if code_of(error) not in _GONE:
                    raise
    return number


def _schedule(account: Account, name: str) -> bool:
    client = account.client("scheduler")
    found = client.get_schedule(Name=name)
    if found["State"] == "DISABLED":
        return False
    kept = {key: found[key] for key in _OF_SCHEDULE if found.get(key) is not None}
    client.update_schedule(**kept, State="DISABLED")
    return True


def _rule(account: Account, name: str) -> bool:
    client = account.client("events")
    bus, _, name = name.rpartition("|")  # as CloudFormation calls a rule of another bus than the default one
    found = client.describe_rule(Name=name, **({"EventBusName": bus} if bus else {}))
    if found["State"] == "DISABLED":
        return False
    kept = {key: found[key] for key in _OF_RULE if found.get(key)}
    client.put_rule(**kept, State="DISABLED")
    return True
