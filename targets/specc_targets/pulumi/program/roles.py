"""IAM roles. Those that the spec gives are used and not made."""

from __future__ import annotations

from specc_targets.aws.deployment import Role, Statement
from specc_targets.aws.names import Names
from specc_targets.pulumi.program.code import Name, Value
from specc_targets.pulumi.program.writer import Writer, document, policy_name, role_name

OF_ONE_ACCOUNT = frozenset({"states.amazonaws.com", "scheduler.amazonaws.com", "ecs-tasks.amazonaws.com"})
"""Services that tell for which account they assume a role, so that it can be held to this one."""
PERMISSIONS = "Permissions"
"""The name of the one policy inside a role."""


def write_roles(writer: Writer) -> None:
    """Each role; what it allows is said beside what has it."""
    made = [role for role in writer.stack.roles if role.given is None]
    if made:
        writer.section("Roles: what each part may do is said where the part is")
    for role in made:
        trust: dict[str, Value] = {
            "Effect": "Allow",
            "Principal": {"Service": role.principal},
            "Action": "sts:AssumeRole",
        }
        if role.principal in OF_ONE_ACCOUNT:
            trust["Condition"] = {"StringEquals": {"aws:SourceAccount": Name("account")}}
        writer.resource(
            role_name(role.key),
            "aws.iam.Role",
            {
                "name": Names(writer.stack.name).role(role.key),
                "assume_role_policy": document([trust]),
                "tags": writer.tags,
            },
            place=writer.place_of(role.key),
            steps=writer.steps_of(role.key),
        )


def write_policy(writer: Writer, key: str) -> None:
    """What the role with this key allows; once."""
    role = next(item for item in writer.stack.roles if item.key == key)
    if role.given is not None or not role.statements or policy_name(key) in writer.made:
        return
    writer.resource(
        policy_name(key),
        "aws.iam.RolePolicy",
        {
            "name": PERMISSIONS,
            "role": writer.find(role_name(key)).output("name"),
            "policy": document([_statement(writer, item) for item in role.statements]),
        },
        place=writer.place_of(key),
        steps=writer.steps_of(key),
        comment=_reasons(role),
    )


def _reasons(role: Role) -> str:
    """Why something in it is wider than it could be."""
    reasons = dict.fromkeys(f"{item.sid} ({item.reason})" for item in role.statements if item.reason)
    return f"Not narrower: {', '.join(reasons)}" if reasons else ""


def _statement(writer: Writer, item: Statement) -> Value:
    found: dict[str, Value] = {
        "Sid": item.sid,
        "Effect": "Allow",
        "Action": list(item.actions),
        "Resource": [writer.arn(resource) for resource in item.resources],
    }
    conditions: dict[str, dict[str, Value]] = {}
    for condition in item.conditions:
        values: list[Value] = [writer.arn(value) for value in condition.values]
        conditions.setdefault(condition.operator, {})[condition.key] = values[0] if len(values) == 1 else values
    if conditions:
        found["Condition"] = conditions
    return found
