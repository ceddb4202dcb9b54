"""Whether the caller may do what deploying needs, as IAM's simulator of policies says. Nothing of it is done.

(IAM User Guide, "IAM policy testing with the IAM policy simulator"; IAM API Reference, SimulatePrincipalPolicy.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from specc.targets import TargetError
from specc_targets.deployed.errors import told
from specc_targets.deployed.session import MADE_UP, Account, Identity

_MOST = 30
"""Actions, and resources, of one question. Both together make up the items of its answer, which has 1,000 a page."""
_ANY = "x"
"""What stands for the `*` of a resource: the simulator is asked about things, not about patterns."""
_DENIED = ("AccessDenied", "AccessDeniedException")
_REASONS = {"implicitDeny": "no policy allows it", "explicitDeny": "a policy denies it"}


@dataclass(frozen=True, slots=True)
class Permission:
    """An action on a resource that deploying needs."""

    statement: str
    """The statement of the deployer's policy that has it."""
    action: str
    resource: str
    reason: str = ""
    """Why it is lacking, or why that cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of it."""

    caller: str
    """ARN of whoever calls; empty where that is not known."""
    needed: tuple[Permission, ...] = ()
    lacking: tuple[Permission, ...] = ()
    unclear: tuple[Permission, ...] = ()
    """Those that depend on what the simulator is not told, such as the caller's address."""
    note: str = ""
    """Why nobody was asked where all is well without."""
    unchecked: str = ""
    """Why nobody could be asked."""

    def data(self) -> dict[str, Any]:
        """For programs and for printing."""
        return asdict(self)


class _UntoldError(TargetError):
    """Nobody says what the caller may do."""


def check(account: Account, policy: Mapping[str, Any]) -> Checked:
    """Hold a policy against what the caller may do. Raises `NotReachable` without credentials or a way to AWS."""
    statements: Sequence[Mapping[str, Any]] = policy["Statement"]
    needed = _needed(policy)
    if account.endpoint is not None:
        return Checked(caller=MADE_UP, needed=needed, note="an emulator asks nobody for permissions")
    identity = account.identity
    if identity.arn.endswith(":root"):
        note = "the root user may do everything; better deploy as somebody who may do just what is needed"
        return Checked(caller=identity.arn, needed=needed, note=note)
    lacking: list[Permission] = []
    unclear: list[Permission] = []
    try:
        principal = _principal(account, identity)
        for item in statements:
            for permission, is_clear in _denied(account, principal, item):
                (lacking if is_clear else unclear).append(permission)
    except _UntoldError as error:
        return Checked(caller=identity.arn, needed=needed, unchecked=str(error))
    return Checked(caller=identity.arn, needed=needed, lacking=tuple(lacking), unclear=tuple(unclear))


def unchecked(policy: Mapping[str, Any], why: str) -> Checked:
    """What a policy has, where nobody knows who calls."""
    return Checked(caller="", needed=_needed(policy), unchecked=why)


def _needed(policy: Mapping[str, Any]) -> tuple[Permission, ...]:
    return tuple(
        Permission(item["Sid"], action, resource)
        for item in policy["Statement"]
        for action in item["Action"]
        for resource in item["Resource"]
    )


def _principal(account: Account, identity: Identity) -> str:
    """The user or the role whose policies count: a session of a role is not known to the simulator."""
    service, kind = identity.arn.split(":")[2], identity.arn.split(":", 5)[5]
    if service == "iam" and kind.startswith("user/"):
        return identity.arn
    if service == "sts" and kind.startswith("assumed-role/"):
        return _role(account, identity, kind.split("/")[1])
    raise _UntoldError(f"IAM tells nothing of `{identity.arn}`: it is neither a user nor a role")


def _role(account: Account, identity: Identity, name: str) -> str:
    """The ARN of a role with its path, which that of a session lacks; without, where nobody may look it up."""
    guess = f"arn:{identity.partition}:iam::{identity.account}:role/{name}"
    try:
        with told(account.endpoint, dict.fromkeys((*_DENIED, "NoSuchEntity"), lambda: _UntoldError(""))):
            return str(account.client("iam").get_role(RoleName=name)["Role"]["Arn"])
    except _UntoldError:
        return guess


def _denied(account: Account, principal: str, statement: Mapping[str, Any]) -> Iterator[tuple[Permission, bool]]:
    """What of a statement is not allowed, and whether that is certain."""
    examples = {_example(resource): resource for resource in statement["Resource"]}
    context = [
        {"ContextKeyName": key, "ContextKeyValues": [_example(value) for value in values], "ContextKeyType": "string"}
        for keys in statement.get("Condition", {}).values()
        for key, values in keys.items()
    ]
    context.append(
        {"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": [account.region], "ContextKeyType": "string"}
    )
    for actions in _parts(statement["Action"]):
        for resources in _parts(list(examples)):
            for result in _simulate(account, principal, actions, resources, context):
                action = str(result["EvalActionName"])
                for name, decision, keys in _decisions(result, resources):
                    if decision == "allowed":
                        continue
                    reason = _reason(result, decision, keys)
                    yield Permission(statement["Sid"], action, examples.get(name, name), reason), not keys


def _decisions(result: Mapping[str, Any], resources: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    """What is decided of each resource, and which keys of conditions nobody told the values of."""
    own = result.get("ResourceSpecificResults") or ()
    for item in own:
        keys = item.get("MissingContextValues") or result.get("MissingContextValues") or []
        yield item["EvalResourceName"], item["EvalResourceDecision"], keys
    if not own:
        named = str(result.get("EvalResourceName") or "*")
        for name in resources if named == "*" else (named,):
            yield name, result["EvalDecision"], result.get("MissingContextValues") or []


def _reason(result: Mapping[str, Any], decision: str, keys: Sequence[str]) -> str:
    if keys:
        return f"depends on {', '.join(f'`{key}`' for key in keys)}, which is not known here"
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return "a policy of the organization does not allow it"
    if not result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True):
        return "the permissions boundary does not allow it"
    return _REASONS.get(decision, decision)


def _simulate(
    account: Account,
    principal: str,
    actions: Sequence[str],
    resources: Sequence[str],
    context: Sequence[Mapping[str, Any]],
) -> Iterator[Mapping[str, Any]]:
    """All pages of an answer."""

    def nobody() -> Exception:
        return _UntoldError(f"these credentials may not call iam:SimulatePrincipalPolicy for `{principal}`")

    def unknown() -> Exception:
        return _UntoldError(f"IAM knows no `{principal}`")

    known = {**dict.fromkeys(_DENIED, nobody), "NoSuchEntity": unknown}
    asked = {
        "PolicySourceArn": principal,
        "ActionNames": list(actions),
        "ResourceArns": list(resources),
        "ContextEntries": list(context),
    }
    marker: dict[str, str] = {}
    while True:
        with told(account.endpoint, known):
            found = account.client("iam").simulate_principal_policy(**asked, **marker)
        yield from found.get("EvaluationResults", ())
        if not found.get("IsTruncated"):
            return
        marker = {"Marker": found["Marker"]}


def _parts(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[at : at + _MOST] for at in range(0, len(items), _MOST))


def _example(resource: str) -> str:
    return resource if resource == "*" else resource.replace("*", _ANY)
