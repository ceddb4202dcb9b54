"""Before a stack is taken down nothing starts by itself any more."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import Resource
from specc_targets.deployed.triggers import switch_off

ROLE = "arn:aws:iam::123456789012:role/starts"
TARGET = {"Arn": "arn:aws:states:us-east-1:123456789012:stateMachine:birds", "RoleArn": ROLE, "Input": '{"limit": 3}'}
PATTERN = json.dumps({"source": ["birds"]})


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        found = Account(region="us-east-1")
        for service in ("scheduler", "events"):
            found._clients[service] = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]  # any
        yield found


def made(account: Account, bus: str = "default") -> list[Resource]:
    scheduler, events = account.client("scheduler"), account.client("events")
    scheduler.create_schedule(
        Name="nightly",
        Description="Starts runs of birds",
        ScheduleExpression="cron(0 3 * * ? *)",
        ScheduleExpressionTimezone="Europe/Vienna",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="ENABLED",
        Target=TARGET,
    )
    if bus != "default":
        events.create_event_bus(Name=bus)
    events.put_rule(Name="arrived", EventBusName=bus, EventPattern=PATTERN, State="ENABLED", Description="d")
    events.put_targets(Rule="arrived", EventBusName=bus, Targets=[{"Id": "1", "Arn": TARGET["Arn"]}])
    return [
        Resource("StateMachine", "AWS::StepFunctions::StateMachine", TARGET["Arn"]),
        Resource("Schedule1", "AWS::Scheduler::Schedule", "nightly"),
        Resource("EventRule1", "AWS::Events::Rule", "arrived" if bus == "default" else f"{bus}|arrived"),
    ]


@pytest.mark.parametrize("bus", ["default", "orders"])
def test_triggers_are_off_and_else_as_they_were(account: Account, bus: str) -> None:
    resources = made(account, bus)
    scheduler, events = account.client("scheduler"), account.client("events")
    before = scheduler.get_schedule(Name="nightly")
    assert switch_off(account, resources) == 2
    after = scheduler.get_schedule(Name="nightly")
    assert (before["State"], after["State"]) == ("ENABLED", "DISABLED")
    for key in ("Description", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "GroupName"):
        assert after[key] == before[key]
    assert {key: after["Target"][key] for key in TARGET} == TARGET
    rule = events.describe_rule(Name="arrived", EventBusName=bus)
    assert (rule["State"], json.loads(rule["EventPattern"]), rule["Description"]) == (
        "DISABLED",
        json.loads(PATTERN),
        "d",
    )
    assert len(events.list_targets_by_rule(Rule="arrived", EventBusName=bus)["Targets"]) == 1
    assert switch_off(account, resources) == 0


def test_what_is_gone_already_starts_nothing(account: Account) -> None:
    resources = made(account)
    account.client("scheduler").delete_schedule(Name="nightly")
    gone = Resource("EventRule2", "AWS::Events::Rule", "no-such-rule")
    never = Resource("Schedule2", "AWS::Scheduler::Schedule", "")
    assert switch_off(account, [gone, never, *resources]) == 1
    assert account.client("events").describe_rule(Name="arrived")["State"] == "DISABLED"
