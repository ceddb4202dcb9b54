"""A CloudFormation stack: found, changed, waited for, and what went wrong with it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specc_targets.deployed.errors import Refused, client_error, code_of, message_of, told
from specc_targets.deployed.session import Account

_LOOK, _LOOK_AT_EMULATOR = 3.0, 0.1
"""Seconds between two looks at a stack that changes."""
_LONGEST = 3600.0
"""Seconds after which waiting ends; the change goes on."""
_FINISHED_BADLY = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED")
"""Of a stack that was never whole, or is no longer: it can only be deleted."""
_WHAT_IS = {
    "ROLLBACK_COMPLETE": "an earlier deployment has failed and was rolled back",
    "DELETE_FAILED": "the stack was taken down, but not all of it could be deleted",
}
_CONSEQUENCES = ("Resource creation cancelled", "Resource update cancelled", "The following resource(s) failed")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that the stack made."""

    logical: str
    type: str
    physical: str


@dataclass(eq=False)
class CloudStack:
    """The stack with this name. Raises `TargetError`."""

    account: Account
    name: str
    _told_events: set[str] = field(default_factory=set)

    def described(self) -> dict[str, Any] | None:
        """What CloudFormation says of it; None when there is none."""
        with told(self.account.endpoint):
            try:
                found: dict[str, Any] = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
            except client_error() as error:
                if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                    return None
                raise
        return None if found["StackStatus"] == "DELETE_COMPLETE" else found

    def outputs(self) -> dict[str, str]:
        """The outputs by name."""
        found = self.described() or {}
        return {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", ())}

    def resources(self) -> list[Resource]:
        """Everything in it."""
        with told(self.account.endpoint):
            pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.name)
            return [
                Resource(item["LogicalResourceId"], item["ResourceType"], item.get("PhysicalResourceId", ""))
                for page in pages
                for item in page["StackResourceSummaries"]
                if not item["ResourceStatus"].startswith("DELETE_COMPLETE")
            ]

    def is_as(self, template: str, parameters: Mapping[str, str], tags: Mapping[str, str], found: Any) -> bool:
        """Whether the stack is just what would be deployed."""
        if found["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return False
        with told(self.account.endpoint):
            body = self.client.get_template(StackName=self.name)["TemplateBody"]
        if (json.loads(body) if isinstance(body, str) else body) != json.loads(template):
            return False
        given = {item["ParameterKey"]: item.get("ParameterValue", "") for item in found.get("Parameters", ())}
        tagged = {item["Key"]: item["Value"] for item in found.get("Tags", ())}
        return all(given.get(name) == value for name, value in parameters.items()) and tagged == dict(tags)

    def change(
        self,
        source: Mapping[str, str],
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        protect: bool,
        say: Say,
    ) -> bool:
        """Create or update it from a template, and wait; False when there was nothing to update.

        Raises `Refused` with the first resource that failed and why.
        """
        found = self.described()
        if found is not None and found["StackStatus"] in _FINISHED_BADLY:
            status = found["StackStatus"]
            say(f"{_WHAT_IS.get(status, 'an earlier deployment has failed')} ({status}); what it left is deleted first")
            self.delete(say)
            found = None
        if found is not None and found["StackStatus"].endswith("_IN_PROGRESS"):
            raise Refused(f"the stack `{self.name}` is changing just now ({found['StackStatus']}); try again later")
        self._remember()
        options: dict[str, Any] = {
            "StackName": self.name,
            **source,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }
        with told(self.account.endpoint):
            if found is None:
                self.client.create_stack(**options, EnableTerminationProtection=protect)
                self._wait("CREATE", say)
                return True
            try:
                self.client.update_stack(**options)
            except client_error() as error:
                if code_of(error) == "ValidationError" and "No updates" in message_of(error):
                    return False
                raise
            if bool(found.get("EnableTerminationProtection")) != protect:
                self.client.update_termination_protection(StackName=self.name, EnableTerminationProtection=protect)
        self._wait("UPDATE", say)
        return True

    def delete(self, say: Say) -> None:
        """Delete it, and wait."""
        found = self.described()
        if found is None:
            return
        self._remember()
        with told(self.account.endpoint):
            self.client.delete_stack(StackName=found["StackId"])
        self._wait("DELETE", say, found["StackId"])

    @property
    def client(self) -> Any:
        """A client of CloudFormation."""
        return self.account.client("cloudformation")

    def _wait(self, what: str, say: Say, name: str | None = None) -> None:
        end = time.monotonic() + _LONGEST
        failed: list[dict[str, Any]] = []
        while True:
            status = self._status(name or self.name)
            for event in self._new_events(name or self.name):
                failed += [event] if event["ResourceStatus"].endswith("_FAILED") else []
                if event["ResourceStatus"].endswith(("_COMPLETE", "_FAILED")) and event["ResourceType"] != _ITSELF:
                    say(f"{event['ResourceStatus'].lower().replace('_', ' ')}: {_shown(event)}")
            if status is None or status == f"{what}_COMPLETE":
                return
            if not status.endswith("_IN_PROGRESS"):
                raise Refused(f"the stack `{self.name}` ended as {status}{_why(failed)}")
            if time.monotonic() > end:
                raise Refused(f"the stack `{self.name}` has not ended to change after an hour; it goes on")
            time.sleep(_LOOK_AT_EMULATOR if self.account.endpoint else _LOOK)

    def _status(self, name: str) -> str | None:
        with told(self.account.endpoint):
            try:
                status = str(self.client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
            except client_error() as error:
                if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                    return None
                raise
        return None if status == "DELETE_COMPLETE" else status

    def _remember(self) -> None:
        """What has happened before is no news."""
        for _ in self._new_events(self.name):
            pass

    def _new_events(self, name: str) -> Iterator[dict[str, Any]]:
        """Events since the last time, in order."""
        found: list[dict[str, Any]] = []
        with told(self.account.endpoint):
            try:
                for page in self.client.get_paginator("describe_stack_events").paginate(StackName=name):
                    fresh = [item for item in page["StackEvents"] if item["EventId"] not in self._told_events]
                    found += fresh
                    if len(fresh) < len(page["StackEvents"]):
                        break
            except client_error() as error:
                if code_of(error) != "ValidationError":
                    raise
        self._told_events.update(item["EventId"] for item in found)
        yield from reversed(found)


_ITSELF = "AWS::CloudFormation::Stack"


def _shown(event: Mapping[str, Any]) -> str:
    return f"{event['LogicalResourceId']} ({event['ResourceType']})"


def _why(failed: list[dict[str, Any]]) -> str:
    """The first failure that is not the consequence of another."""
    for event in failed:
        reason = str(event.get("ResourceStatusReason", ""))
        if event["ResourceType"] != _ITSELF and not reason.startswith(_CONSEQUENCES):
            return f": {_shown(event)}: {reason or 'no reason was given'}"
    return ""
