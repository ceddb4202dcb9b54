"""How the engine, the provider and AWS say that something has failed, in the shapes of the real ones.

Sources are beside the patterns of `specc_targets.pulumi.driving.failures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_stand_in.place import BUCKET, FUNCTION, ROLE

_URN = "urn:pulumi:dev::birds::{type}::{name}"
FUNCTION_URN = _URN.format(type=FUNCTION, name="default-function")
ROLE_URN = _URN.format(type=ROLE, name="default-function-role")
BUCKET_URN = _URN.format(type=BUCKET, name="bucket")
STACK_URN = "urn:pulumi:dev::birds::pulumi:pulumi:Stack::birds-dev"
PROVIDER_URN = "urn:pulumi:dev::birds::pulumi:providers:aws::default_7_51_1"
_REQUEST = "https response error StatusCode: {}, RequestID: 0f5c7ee2-5bb1-4d6c-8d5a-0c2a9f1b7a11"


def diagnostic(urn: str, message: str) -> dict[str, Any]:
    """An error as the engine's events hold it."""
    event = {"urn": urn, "prefix": "<{%fg 1%}>error: <{%reset%}>", "message": f"<{{%reset%}}>{message}<{{%reset%}}>\n"}
    return {"diagnosticEvent": {**event, "color": "raw", "severity": "error"}}


def of_resource(urn: str, doing: str, operation: str, status: int, said: str) -> dict[str, Any]:
    """What fails at AWS: the provider says it twice."""
    request = _REQUEST.format(status)
    inner = f"{doing}: operation error {operation}, {request}, {said}"
    first = diagnostic(urn, f"  sdk-v2/provider2.go:572: sdk.helper_schema: {inner}: provider=aws@7.51.1")
    second = diagnostic(urn, f"1 error occurred:\n\t* {inner}\n")
    step = {"op": "create", "urn": urn, "type": urn.split("::")[2], "provider": ""}
    failed = {"resOpFailedEvent": {"metadata": step, "status": 1, "steps": 3}}
    trailer = diagnostic(STACK_URN, "update failed")
    return {"events": [first, second, failed, trailer], "stdout": f"Diagnostics:\n  x:\n    error: {inner}\n"}


@dataclass(frozen=True)
class Case:
    """One failure, and what is to be said of it."""

    name: str
    command: str
    how: dict[str, Any]
    code: int
    says: tuple[str, ...]
    fix: str
    at: str = ""
    """The resource that it is about."""


_LOCK = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock "
    "file with `pulumi cancel`.\n  file:///w/.pulumi/locks/organization/birds/dev/7d1b0a4e.json: created by "
    "ann@laptop (pid 4711) at 2026-01-02T03:04:05Z"
)
_PENDING = (
    f"error: the current deployment has 1 resource(s) with pending operations:\n  * {FUNCTION_URN}, interrupted while "
    "creating\n\nThese resources are in an unknown state because the Pulumi CLI was interrupted while\nwaiting for "
    "changes to these resources to complete."
)
_EXPIRED = (
    "operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 87fecadb-d8fc-43ac-8147, "
    "api error ExpiredToken: The security token included in the request is expired"
)
_CREDENTIALS = (
    "pulumi:providers:aws resource 'default_7_51_1' has a problem: Invalid credentials configured.\nPlease see "
    "https://www.pulumi.com/registry/packages/aws/installation-configuration/ for more information about providing "
    "credentials."
)
_NO_PLUGIN = (
    "could not load plugin for aws provider 'urn:pulumi:dev::birds::pulumi:providers:aws::default_7_51_1': Could not "
    "automatically download and install resource plugin 'pulumi-resource-aws' at version v7.51.1: error downloading "
    "plugin aws to file: failed to download plugin: aws-7.51.1: 403 HTTP error fetching plugin from "
    "https://get.pulumi.com/releases/plugins/pulumi-resource-aws-v7.51.1-linux-amd64.tar.gz"
)
_NO_NETWORK = (
    'getting state: Get "https://sts.eu-west-1.amazonaws.com/": dial tcp: lookup sts.eu-west-1.amazonaws.com on '
    "127.0.0.53:53: no such host"
)
_DENIED = (
    "api error AccessDenied: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: iam:CreateRole on "
    "resource: arn:aws:iam::123456789012:role/specc-birds-dev-function-default because no identity-based policy allows "
    "the iam:CreateRole action"
)
_PLAN = f"resource {FUNCTION_URN} violates plan: properties changed: ~~memorySize[{{512}}!={{1024}}]"
_PROTECTED = (
    f'Preview failed: resource "{BUCKET_URN}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
    f"either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:"
    f"\n`pulumi state unprotect '{BUCKET_URN}'`"
)

CASES = (
    Case("locked", "up", {"stderr": _LOCK}, 1, ("locked", "ann@laptop, process 4711, since 2026-01-02T03:04:05Z"), "specc recover birds.toml --stack dev"),
    Case("locked at pulumi cloud", "up", {"stderr": "error: [409] Conflict: Another update is currently in progress."}, 1, ("the stack is locked",), "specc recover birds.toml --stack dev"),
    Case("pending", "up", {"stderr": _PENDING}, 1, ("an earlier change was interrupted",), "specc recover birds.toml --stack dev"),
    Case("expired", "preview", {"events": [diagnostic(PROVIDER_URN, _EXPIRED)]}, 3, ("the credentials have expired",), "aws sso login"),
    Case("no-credentials", "preview", {"events": [diagnostic(PROVIDER_URN, _CREDENTIALS)]}, 3, ("no AWS credentials",), "aws configure"),
    Case("denied", "up", of_resource(ROLE_URN, "creating IAM Role (specc-birds-dev-function-default)", "IAM: CreateRole", 403, _DENIED), 3, ("`default-function-role`: these credentials may not do `iam:CreateRole`", "user/ann"), "specc policy birds.toml --stack dev --with pulumi", "get_birds"),
    Case("denied without an action", "up", of_resource(FUNCTION_URN, "creating Lambda Function (f)", "Lambda: CreateFunction", 403, "AccessDeniedException: "), 3, ("may not do `lambda:CreateFunction`",), "specc policy birds.toml --stack dev --with pulumi", "get_birds"),
    Case("role-not-assumable", "up", of_resource(FUNCTION_URN, "creating Lambda Function (specc-birds-dev-default)", "Lambda: CreateFunction", 400, "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."), 1, ("`default-function`: the role is so new",), "run `specc up birds.toml --stack dev` again", "get_birds"),
    Case("bucket-not-empty", "up", of_resource(BUCKET_URN, "deleting S3 Bucket (bucket-1234)", "S3: DeleteBucket", 409, "HostID: x, api error BucketNotEmpty: The bucket you tried to delete is not empty"), 1, ("`bucket`: the bucket still has objects",), "specc down birds.toml --stack dev"),
    Case("quota", "up", of_resource(ROLE_URN, "creating IAM Role (r)", "IAM: CreateRole", 409, "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000"), 1, ("reached a quota of AWS (LimitExceeded)", "RolesPerAccount: 1000"), "Service Quotas", "get_birds"),
    Case("service quota", "up", of_resource(FUNCTION_URN, "creating X (r)", "X: Y", 402, "ServiceQuotaExceededException: at most 5"), 1, ("(ServiceQuotaExceededException)",), "Service Quotas"),
    Case("throttled", "up", of_resource(FUNCTION_URN, "creating Lambda Function (f)", "Lambda: CreateFunction", 429, "TooManyRequestsException: Rate exceeded"), 1, ("asked for more at a time",), "wait a minute"),
    Case("busy", "up", of_resource(FUNCTION_URN, "updating Lambda Function (f) code", "Lambda: UpdateFunctionCode", 409, "ResourceConflictException: The operation cannot be performed at this time. An update is in progress for resource: f"), 1, ("something else is changing it",), "wait a minute"),
    Case("wrong-passphrase", "preview", {"stderr": "error: getting secrets manager: incorrect passphrase"}, 3, ("not the one that the stack's secrets are encrypted with",), "PULUMI_CONFIG_PASSPHRASE"),
    Case("no-passphrase", "preview", {"stderr": "error: getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables"}, 3, ("encrypted with a passphrase, and none is set",), "PULUMI_CONFIG_PASSPHRASE_FILE"),
    Case("exists", "up", of_resource(ROLE_URN, "creating IAM Role (specc-birds-dev-function-default)", "IAM: CreateRole", 409, "EntityAlreadyExists: Role with name specc-birds-dev-function-default already exists."), 1, ("something of this name is there already", "Role with name specc-birds-dev-function-default already exists."), "specc down", "get_birds"),
    Case("function exists", "up", of_resource(FUNCTION_URN, "creating Lambda Function (f)", "Lambda: CreateFunction", 409, "ResourceConflictException: Function already exist: f"), 1, ("something of this name is there already",), "pulumi import"),
    Case("protected", "preview", {"events": [diagnostic(BUCKET_URN, _PROTECTED)]}, 1, ("`bucket`: it is protected, and this would delete it",), "protect = true"),
    Case("violates-plan", "up", {"events": [diagnostic(FUNCTION_URN, _PLAN)]}, 1, ("is not what the plan allows", "properties changed: ~~memorySize"), "--save-plan FILE", "get_birds"),
    Case("no-plugin", "preview", {"events": [diagnostic(PROVIDER_URN, _NO_PLUGIN)]}, 3, ("plugin for AWS is not there",), "pulumi plugin install resource aws"),
    Case("no plugin at all", "preview", {"stderr": "error: no resource plugin 'pulumi-resource-aws' found in the workspace at version v7.51.1 or on your $PATH"}, 3, ("plugin for AWS is not there",), "HTTPS_PROXY"),
    Case("no-network", "preview", {"events": [diagnostic(PROVIDER_URN, _NO_NETWORK)]}, 3, ("there is no way to `sts.eu-west-1.amazonaws.com`",), "HTTPS_PROXY"),
    Case("not-logged-in", "preview", {"stderr": "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"}, 3, ("Pulumi Cloud, which does not know who asks",), "pulumi login"),
    Case("no-backend", "preview", {"stderr": "error: problem logging in: unable to open bucket s3://states: blob (code=NotFound): NoSuchBucket"}, 3, ("the place of the state cannot be opened", "s3://states"), "PULUMI_BACKEND_URL"),
    Case("canceled", "up", {"stderr": "error: update canceled"}, 130, ("it was stopped",), "goes on where it stopped"),
    Case("unknown", "up", {"events": [diagnostic(FUNCTION_URN, "the moon is in the wrong house")]}, 1, ("`default-function`: the engine has failed", "the moon is in the wrong house"), "SPECC_DEBUG=1", "get_birds"),
    Case("nothing said", "up", {"code": 1}, 1, ("the engine has failed", "it says nothing of why"), "SPECC_DEBUG=1"),
)  # fmt: skip
"""Every failure of the table, and forms of it; that of the program is a matter of its own."""
