"""A pack of policies, run by Pulumi's own package as its engine runs it, has nothing against any program; and it bites."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

import pytest

from judges.ladder import rung
from judges.programs.analyzing import Pack
from judges.programs.cases import CASES, compiled
from judges.programs.running import Recorded
from specc_targets.pulumi.preview.monitor import Wanted

pytestmark = pytest.mark.slow
Record = Callable[[str, object], None]
Run = Callable[..., Recorded]
Resources = dict[str, Wanted]


@pytest.mark.parametrize("name", CASES)
def test_no_violations(name: str, run: Run, pack: Pack, record_property: Record) -> None:
    found = pack.violations(run(name).wanted.values())
    assert found == []
    rung(record_property, "policies", violations=len(found))


def with_(name: str, **inputs: Any) -> Callable[[Resources], None]:
    """Other inputs; None takes one away."""

    def change(found: Resources) -> None:
        new = {**found[name].inputs, **inputs}
        kept = {key: value for key, value in new.items() if value is not None}
        found[name] = dataclasses.replace(found[name], inputs=kept)

    return change


def replaced(name: str, key: str, before: str, after: str) -> Callable[[Resources], None]:
    """Another text in an input."""

    def change(found: Resources) -> None:
        text = str(found[name].inputs[key])
        assert before in text
        with_(name, **{key: text.replace(before, after, 1)})(found)

    return change


def without(name: str) -> Callable[[Resources], None]:
    """One resource less."""
    return lambda found: found.pop(name) and None


BAD: Mapping[str, tuple[str, Callable[[Resources], None]]] = {
    "a public list": ("no-public-bucket", with_("bucket", acl="public-read")),
    "a public policy": ("no-public-bucket", with_("bucket-policy", policy='{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}')),
    "every action": ("no-wildcard-action", replaced("machine-policy", "policy", '"lambda:InvokeFunction"', '"*"')),
    "every action of a service": ("no-wildcard-action", replaced("default-function-policy", "policy", '"s3:GetObject"', '"s3:*"')),
    "everything": ("no-wildcard-resource", with_("big-job-policy", policy='{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}')),
    "logs for ever": ("logs-end", with_("state-machine-logs", retentionInDays=None)),
    "a role for any account": ("roles-are-for-this-account", replaced("machine-role", "assumeRolePolicy", "aws:SourceAccount", "aws:SourceArn")),
    "no block": ("buckets-block-the-public", without("bucket-access")),
    "half a block": ("buckets-block-the-public", with_("bucket-access", ignorePublicAcls=False)),
    "no encryption": ("buckets-are-encrypted", without("bucket-encryption")),
    "no TLS": ("buckets-are-reached-over-tls", without("bucket-policy")),
    "traces that may not be sent": ("tracing-works", replaced("default-function-policy", "policy", "xray:PutTraceSegments", "xray:PutTelemetryRecords")),
    "runs whose traces may not be sent": ("tracing-works", replaced("machine-policy", "policy", "xray:PutTraceSegments", "xray:PutTelemetryRecords")),
    "no version": ("functions-have-a-version", with_("default-function", publish=False)),
    "no name of a version": ("functions-have-a-version", without("default-alias")),
}  # fmt: skip


def test_each_policy_bites(run: Run, pack: Pack, record_property: Record) -> None:
    missed = {}
    for what, (policy, change) in BAD.items():
        found = dict(run("everything").wanted)
        change(found)
        told = {item.policy for item in pack.violations(found.values())}
        if policy not in told:
            missed[what] = told
    assert missed == {}
    names = pack.policies()
    assert {policy for policy, _ in BAD.values()} == set(names), "each policy has a fixture"
    rung(record_property, "policies", policies=len(names), caught=len(BAD), bad=len(BAD))


@pytest.mark.parametrize("name", CASES)
def test_what_is_for_everything_says_why(name: str) -> None:
    made = compiled(CASES[name])
    text = " ".join(made.files[PurePosixPath("__main__.py")].decode().replace("\n# ", " ").split())
    wide = [
        item
        for role in made.deployment.roles
        if role.given is None
        for item in role.statements
        if "*" in item.resources
    ]
    assert [item.sid for item in wide if not item.reason] == []
    assert [item.sid for item in wide if f"{item.sid} ({' '.join(item.reason.split())})" not in text] == []
    assert wide or name == "shared"


def test_what_needs_no_resource_is_what_iam_says() -> None:
    """The actions that the pack lets have `*` are such that IAM knows no narrower resource, or AWS asks for it."""
    import runpy
    from pathlib import Path

    from policy_sentry.querying.actions import get_action_data

    allowed = runpy.run_path(str(Path(__file__).parent / "policy_pack" / "policies.py"))["WITHOUT_RESOURCES"]
    asked = {"logs:DescribeLogGroups", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"}
    for action in sorted(allowed - asked):
        service, name = action.split(":")
        data = get_action_data(service, name)
        assert data, action
        assert {item["resource_arn_format"] for item in data[service]} == {"*"}, action
