"""IAM roles. Those that the spec gives are used and not made."""

from __future__ import annotations

from specc_targets.aws.deployment import Role, Statement
from specc_targets.aws.names import Names
from specc_targets.cloudformation.intrinsics import Ref, Value
from specc_targets.cloudformation.template import Template

_OF_ONE_ACCOUNT = frozenset({"states.amazonaws.com", "scheduler.amazonaws.com", "ecs-tasks.amazonaws.com"})
"""Services that tell for which account they assume a role, so that it can be held to this one."""


def write_roles(template: Template) -> None:
    """Each role with its permissions inside, so that whatever refers to it finds it whole."""
    for role in template.stack.roles:
        if role.given is None:
            _role(template, role)


def _role(template: Template, role: Role) -> None:
    trust: dict[str, Value] = {
        "Effect": "Allow",
        "Principal": {"Service": role.principal},
        "Action": "sts:AssumeRole",
    }
    if role.principal in _OF_ONE_ACCOUNT:
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    statements = [_statement(template, item) for item in role.statements]
    policy: Value = {"PolicyName": "Permissions", "PolicyDocument": document(statements)}
    reasons: dict[str, Value] = {item.sid: item.reason for item in role.statements if item.reason}
    template.add(
        template.role_id(role),
        "AWS::IAM::Role",
        {
            "RoleName": Names(template.stack.name).role(role.key),
            "AssumeRolePolicyDocument": document([trust]),
            "Policies": [policy] if statements else None,
            "Tags": template.tags(),
        },
        **({"Metadata": {"Reasons": reasons}} if reasons else {}),
    )


def document(statements: list[Value]) -> Value:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(template: Template, item: Statement) -> Value:
    found: dict[str, Value] = {
        "Sid": item.sid,
        "Effect": "Allow",
        "Action": list(item.actions),
        "Resource": [template.arn(resource) for resource in item.resources],
    }
    conditions: dict[str, dict[str, Value]] = {}
    for condition in item.conditions:
        values: list[Value] = [template.arn(value) for value in condition.values]
        conditions.setdefault(condition.operator, {})[condition.key] = values[0] if len(values) == 1 else values
    if conditions:
        found["Condition"] = conditions
    return found
