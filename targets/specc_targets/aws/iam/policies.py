"""What the command asks: the policies of a stack's roles and of the people around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.ir.module import Module
from specc.passes.base import Context
from specc_runtime.expressions import JsonValue
from specc_targets.asl.legalize import legalize
from specc_targets.aws.deployment import Stack, Statement
from specc_targets.aws.iam.documents import Where, document, reasons
from specc_targets.aws.iam.people import deployer, deployer_with_pulumi, operator
from specc_targets.aws.model import stack
from specc_targets.aws.names import Names


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy, and why it is as wide as it is."""

    document: dict[str, JsonValue]
    reasons: dict[str, str]
    given: str | None = None
    """The role that the spec names for it."""
    principal: str | None = None
    """The service that acts with it; None: people."""

    def data(self) -> dict[str, JsonValue]:
        """For programs."""
        found: dict[str, JsonValue] = {"policy": self.document, "reasons": dict(self.reasons)}
        if self.principal is not None:
            found |= {"principal": self.principal, "given": self.given}
        return found


class Policies:
    """Derives policies; nothing is asked of AWS."""

    def policies(
        self,
        context: Context,
        module: Module,
        *,
        region: str | None,
        account: str | None,
        by: Literal["cloudformation", "pulumi"] = "cloudformation",
    ) -> dict[str, Policy]:
        """Policies by whom they are for: `deployer`, `operator`, and the keys of roles. `by` is what deploys.

        Empty where the context's sink says why there are none. What is not known of the place stands as `*`.
        """
        legal = legalize(context, module)
        made = None if context.sink.failed else stack(context, legal)
        if made is None:
            return {}
        where = _where(made, region or made.region, account)
        deploys = deployer(made) if by == "cloudformation" else deployer_with_pulumi(made, module.deployment.pulumi)
        found = {"deployer": _policy(deploys, where), "operator": _policy(operator(made), where)}
        for role in made.roles:
            written = document(role.statements, where)
            found[role.key] = Policy(written, reasons(role.statements), role.given, role.principal)
        return found


def _policy(statements: tuple[Statement, ...], where: Where) -> Policy:
    return Policy(document(statements, where), reasons(statements))


def _where(made: Stack, region: str | None, account: str | None) -> Where:
    names = Names(made.name)
    place = Where(region=region or "*", account=account or "*")
    arns = {
        role.key: role.given or f"arn:{place.partition}:iam::{place.account}:role/{names.role(role.key)}"
        for role in made.roles
    }
    return Where(
        region=place.region,
        account=place.account,
        bucket=made.bucket or f"{names.bucket}*",
        roles=arns,
    )
