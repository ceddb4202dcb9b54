"""What CloudFormation says of a stack, in words; with a client that says what AWS does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from specc_targets.deployed.errors import Refused
from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import CloudStack


class _Cloud:
    """A stack whose status changes each time that somebody looks."""

    def __init__(self, statuses: list[str | None], events: list[dict[str, str]]) -> None:
        self.statuses, self.events, self.calls = statuses, events, []

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803  # boto3's names
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "x does not exist"}}, "DescribeStacks")
        return {"Stacks": [{"StackName": StackName, "StackId": "id", "StackStatus": status}]}

    def get_paginator(self, name: str) -> Any:
        assert name == "describe_stack_events"
        return self

    def paginate(self, **given: Any) -> Any:
        pages = [{"StackEvents": list(reversed(self.events))}] if "create_stack" in self.calls else []
        return iter(pages)

    def __getattr__(self, name: str) -> Any:
        def call(**given: Any) -> dict[str, Any]:
            self.calls.append(name)
            if name == "update_stack":
                message = "No updates are to be performed."
                raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "UpdateStack")
            return {}

        return call


def _stack(cloud: _Cloud) -> CloudStack:
    account = Account(endpoint="http://127.0.0.1:9")
    account._clients["cloudformation"] = cloud
    return CloudStack(account, "specc-birds-dev")


def _event(
    number: int, status: str, reason: str, logical: str = "Role", kind: str = "AWS::IAM::Role"
) -> dict[str, str]:
    return {
        "EventId": str(number),
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "LogicalResourceId": logical,
        "ResourceType": kind,
    }


def _change(cloud: _Cloud, said: list[str]) -> bool:
    return _stack(cloud).change({"TemplateBody": "{}"}, {}, {}, protect=False, say=said.append)


def test_the_first_failure_is_told_and_not_its_consequences() -> None:
    events = [
        _event(1, "CREATE_IN_PROGRESS", ""),
        _event(2, "CREATE_COMPLETE", "", "Bucket", "AWS::S3::Bucket"),
        _event(3, "CREATE_FAILED", "Resource creation cancelled", "Logs", "AWS::Logs::LogGroup"),
        _event(4, "CREATE_FAILED", "specc-birds-dev-machine already exists"),
        _event(5, "CREATE_FAILED", "The following resource(s) failed", "x", "AWS::CloudFormation::Stack"),
    ]
    said: list[str] = []
    with pytest.raises(
        Refused, match=r"ended as ROLLBACK_COMPLETE: Role \(AWS::IAM::Role\): specc-birds-dev-machine already"
    ):
        _change(_Cloud([None, "CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE"], events), said)
    assert said[0] == "create complete: Bucket (AWS::S3::Bucket)"


def test_what_was_never_whole_is_deleted_first() -> None:
    cloud = _Cloud(["ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", None, "CREATE_COMPLETE"], [])
    said: list[str] = []
    assert _change(cloud, said)
    assert cloud.calls == ["delete_stack", "create_stack"]
    assert "an earlier deployment has failed" in said[0]


def test_what_could_not_be_deleted_is_not_called_gone() -> None:
    said: list[str] = []
    assert _change(_Cloud(["DELETE_FAILED", "DELETE_FAILED", None, "CREATE_COMPLETE"], []), said)
    assert said[0] == (
        "the stack was taken down, but not all of it could be deleted (DELETE_FAILED); what it left is deleted first"
    )


def test_nothing_to_update_is_no_error() -> None:
    assert not _change(_Cloud(["UPDATE_COMPLETE"], []), [])


def test_a_stack_that_changes_is_left_alone() -> None:
    with pytest.raises(Refused, match="is changing just now"):
        _change(_Cloud(["UPDATE_IN_PROGRESS"], []), [])
