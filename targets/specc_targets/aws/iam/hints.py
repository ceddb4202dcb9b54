"""What users are told of permissions when they compile."""

from __future__ import annotations

import json

from specc.diagnostics import Label, Place, Severity, Sink
from specc.ir.module import Module
from specc_targets.aws.deployment import Role, Stack
from specc_targets.aws.iam.documents import Where, document

LARGEST = 10_240
"""Characters of the policies inside of a role, without blanks (IAM User Guide, "IAM and AWS STS quotas")."""
_ANYWHERE = Where(region="ap-southeast-2", account="0" * 12, bucket="b" * 63)
"""A place with long names."""


def report_roles(sink: Sink, module: Module, stack: Stack) -> None:
    """Report SPC480 where a permission is wide, SPC481 for given roles, SPC482 for roles that are too large."""
    _wide(sink, [role for role in stack.roles if role.given is None])
    for role in stack.roles:
        if role.given is not None:
            _given(sink, module, stack, role)
            continue
        size = policy_size(role, stack)
        if size > LARGEST:
            sink.report(
                "SPC482",
                f"the permissions of the role `{role.key}` take {size:,} characters; IAM holds {LARGEST:,}",
                Label(Place(("name",)), "needs too many permissions"),
                help='give steps compute profiles of their own, or name a role that you have made: `role = "arn:..."`',
            )


def policy_size(role: Role, stack: Stack) -> int:
    """Characters that the policy of a role has at most, as IAM counts them."""
    where = Where(
        region=_ANYWHERE.region,
        account=_ANYWHERE.account,
        bucket=stack.bucket or _ANYWHERE.bucket,
        roles={item.key: item.given or f"arn:aws:iam::{'0' * 12}:role/{'r' * 64}" for item in stack.roles},
    )
    return len(json.dumps(document(role.statements, where), separators=(",", ":")).replace(" ", ""))


def _wide(sink: Sink, roles: list[Role]) -> None:
    """Once for each step and action, whichever roles it is that have the permission."""
    found: dict[tuple[Place, tuple[str, ...], str], list[str]] = {}
    for role in roles:
        for statement in role.statements:
            if statement.origin is not None:
                found.setdefault((statement.origin, statement.actions, statement.reason), []).append(role.key)
    for (origin, actions, reason), keys in found.items():
        who = " and ".join(f"`{key}`" for key in keys)
        sink.report(
            "SPC480",
            f"{who} may do {', '.join(f'`{action}`' for action in actions)} on more than one thing: {reason}",
            Label(origin, "names nothing that is known when compiling"),
            severity=Severity.HINT,
            help='let the name begin with a constant, as in `"orders-${params.day}"`, or name a role of your own',
        )


def _given(sink: Sink, module: Module, stack: Stack, role: Role) -> None:
    chosen = module.deployment.stack
    users = [(item.role, item.profile) for item in stack.functions]
    users += [(item.role, item.profile) for item in stack.containers]
    profiles = [profile for key, profile in users if key == role.key]
    path = ("compute", profiles[0], "role") if profiles else ("stacks", chosen, "role")
    command = " ".join(["specc policy SPEC", role.key, *(["--stack", chosen] if chosen else [])])
    sink.report(
        "SPC481",
        f"the role `{role.key}` is given, so it is not made; it must be one that `{role.principal}` can assume, "
        f"with {len(role.statements)} permissions",
        Label(Place(path), "used as it is"),
        severity=Severity.HINT,
        help=f"`{command}` prints the policy that it needs",
    )
