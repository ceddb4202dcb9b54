"""What the engine, its provider and AWS say when something fails, what that means, and what mends it.

The table is in the order in which it is looked through: the first entry one of whose patterns is found is the one.
Each has the source of the shape of its messages. `{spec}` and `{stack}` stand for how the user calls them; other names
in braces are groups of the patterns, which are empty where they were not found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

FAILED, USAGE, MISSING = 1, 2, 3
"""The exit codes of commands: the work failed, it was asked for wrongly, something outside is missing."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail."""

    name: str
    patterns: tuple[str, ...]
    """Regular expressions, of which one is found in what was said."""
    means: str
    """In one or two sentences."""
    fix: str
    """The command or the change that mends it."""
    code: int
    source: str
    """Where the shape of the message is from."""
    is_spoken: bool = True
    """Whether `means` says all; else the message itself is told, too."""


_AGAIN = "run `specc up {spec} --stack {stack}` again"

TABLE: tuple[Failure, ...] = (
    Failure(
        "locked",
        (
            r"the stack is currently locked by (?P<locks>\d+) lock\(s\)"
            r"(?s:.*?created by (?P<who>\S+) \(pid (?P<pid>\d+)\) at (?P<when>\S+))?",
            r"\[409\] Conflict: Another update is currently in progress",
        ),
        "the stack is locked: another change of it is under way, or one was killed",
        "wait for it, or, where nothing is under way any more: `specc recover {spec} --stack {stack}`",
        FAILED,
        "pulumi/pulumi pkg/backend/diy/lock.go, checkForLock; sdk/go/auto/errors.go for Pulumi Cloud",
    ),
    Failure(
        "pending",
        (
            r"the current deployment has (?P<number>\d+) resource\(s\) with pending operations",
            r"Attempting to deploy or update resources with (?P<number>\d+) pending operations",
            r"\S+, interrupted while \w+",
        ),
        "an earlier change was interrupted, and nobody knows whether what it was doing was done",
        "see what that was, and clear it: `specc recover {spec} --stack {stack}`",
        FAILED,
        "pulumi/pulumi pkg/cmd/pulumi, printPendingOperationsError; pkg/resource/deploy/deployment_executor.go",
    ),
    Failure(
        "expired",
        (
            r"ExpiredToken(?:Exception)?\b",
            r"The (?:security|provided) token (?:included in the request )?(?:is|has) expired",
            r"the SSO session has expired or is invalid",
            r"TokenRefreshRequired|refresh cached SSO token failed",
        ),
        "the credentials have expired",
        "renew them (`aws sso login`, or whatever gives you some) and run the command again; what was done is kept",
        MISSING,
        "pulumi/pulumi-aws issues 2560 and 3866; pulumi/pulumi issue 19452 for a state in S3",
    ),
    Failure(
        "no-credentials",
        (
            r"No valid credential sources found",
            r"Invalid credentials configured\.",
            r"unable to (?:discover AWS AccessKeyID|validate AWS credentials)",
            r"failed to refresh cached credentials, no EC2 IMDS role found",
            r"InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException",
            r"failed to get shared config profile",
        ),
        "there are no AWS credentials, or AWS does not take these",
        "set AWS_PROFILE, or run `aws configure` or `aws sso login`",
        MISSING,
        "pulumi/pulumi-aws provider/provider_test.go, TestInvalidCredentials; terraform-provider-aws, no credentials",
    ),
    Failure(
        "denied",
        (
            r"is not authorized to perform: (?P<action>[a-z0-9-]+:[A-Za-z*]+)",
            r"operation error (?P<service>[^:]+): (?P<operation>\w+),[^\n]*(?:AccessDenied|UnauthorizedOperation)",
            r"\b(?:AccessDenied(?:Exception)?|UnauthorizedOperation|AuthorizationError)\b",
        ),
        "these credentials may not do `{what}`",
        "`specc doctor {spec} --stack {stack}` says what else is lacking; whoever deploys needs what this prints: "
        "`specc policy {spec} --stack {stack} --with pulumi`",
        MISSING,
        "IAM's `is not authorized to perform`; aws-sdk-go-v2 smithy.OperationError; pulumi/pulumi-aws issue 907",
    ),
    Failure(
        "role-not-assumable",
        (
            r"The role defined for the function cannot be assumed by Lambda",
            r"Neither the global service principal .* is authorized to assume",
            r"The execution role you provide must allow .* to assume the role",
        ),
        "the role is so new that AWS does not know everywhere yet who may assume it; that takes seconds, and the "
        "provider has tried for a while",
        _AGAIN,
        FAILED,
        "Lambda CreateFunction, InvalidParameterValueException; Step Functions and Scheduler say it in the other forms",
    ),
    Failure(
        "bucket-not-empty",
        (r"BucketNotEmpty",),
        "the bucket still has objects, and AWS deletes none that has",
        "`specc down {spec} --stack {stack}` empties the stack's own bucket; see that nothing writes to it any more",
        FAILED,
        "S3 DeleteBucket, BucketNotEmpty (HTTP 409)",
    ),
    Failure(
        "quota",
        (
            r"\b(?P<quota>ServiceQuotaExceeded(?:Exception)?|LimitExceeded(?:Exception)?|CodeStorageExceededException|"
            r"TooManyBuckets|StateMachineLimitExceeded)\b",
        ),
        "the account has reached a quota of AWS ({quota})",
        "ask for more under Service Quotas, or take down what is not needed; then " + _AGAIN,
        FAILED,
        "errors of IAM (LimitExceeded), Lambda (CodeStorageExceededException), S3 (TooManyBuckets), Step Functions",
        is_spoken=False,
    ),
    Failure(
        "throttled",
        (r"\b(?:TooManyRequests(?:Exception)?|Throttling(?:Exception)?|RequestLimitExceeded|SlowDown)\b",),
        "AWS was asked for more at a time than it gives",
        "wait a minute, then " + _AGAIN,
        FAILED,
        "common errors of AWS's APIs",
        is_spoken=False,
    ),
    Failure(
        "wrong-passphrase",
        (r"incorrect passphrase",),
        "the passphrase is not the one that the stack's secrets are encrypted with",
        "set PULUMI_CONFIG_PASSPHRASE to that one, or bring back `.specc/pulumi/passphrase` as it was",
        MISSING,
        "pulumi/pulumi pkg/secrets/passphrase/manager.go, ErrIncorrectPassphrase and errorCrypter",
    ),
    Failure(
        "no-passphrase",
        (r"passphrase must be set with", r"unable to find either `PULUMI_CONFIG_PASSPHRASE`"),
        "the stack's secrets are encrypted with a passphrase, and none is set",
        "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
        MISSING,
        "pulumi/pulumi pkg/secrets/passphrase/manager.go, readPassphrase",
    ),
    Failure(
        "busy",
        (
            r"The operation cannot be performed at this time\.|An update is in progress for resource",
            r"OperationAborted|ConcurrentModification(?:Exception)?|PreconditionFailed",
        ),
        "something else is changing it at AWS just now",
        "wait a minute, then " + _AGAIN,
        FAILED,
        "Lambda ResourceConflictException (HTTP 409), S3 OperationAborted, IAM ConcurrentModification",
    ),
    Failure(
        "exists",
        (
            r"\b(?:EntityAlreadyExists|ResourceConflictException|ResourceAlreadyExistsException|BucketAlreadyOwnedByYou|"
            r"BucketAlreadyExists|StateMachineAlreadyExists|ConflictException|ResourceExistsException)\b[^\n]*",
            r"\balready exists\b",
        ),
        "something of this name is there already, and this stack did not make it",
        "take down what made it (`specc down` for a stack of `specc deploy`), delete it, or let the stack adopt it: "
        "`pulumi import`",
        FAILED,
        "errors of IAM, Lambda, CloudWatch Logs, S3, Step Functions and Scheduler for names that are taken",
        is_spoken=False,
    ),
    Failure(
        "protected",
        (
            r"(?:cannot be deleted|unable to (?:delete|replace) resource \"[^\"]*\")\s+(?:because it is protected|"
            r"as it is currently marked for protection)",
        ),
        "it is protected, and this would delete it",
        "take `protect = true` out of the stack in the spec, and bring that up first",
        FAILED,
        "pulumi/pulumi pkg/resource/deploy/step.go and step_generator.go",
    ),
    Failure(
        "violates-plan",
        (
            r"violates plan: (?P<how>[^\n\[]*)",
            r"is not allowed by the plan|action was not allowed|is constrained to \w+",
            r"expected resource operations for \S+",
        ),
        "what is to be done is not what the plan allows: spec, code or state have changed since it was saved",
        "look again, and save a new one: `specc up {spec} --stack {stack} --save-plan FILE`",
        FAILED,
        "pulumi/pulumi pkg/resource/deploy/step_generator.go and plan.go; issues 10571 and 13765",
    ),
    Failure(
        "no-plugin",
        (
            r"no resource plugin 'pulumi-resource-(?P<plugin>[\w-]+)' found",
            r"[Ff]ailed to download plugin",
            r"could not automatically download and install \w+ plugin '?(?:pulumi-resource-)?(?P<plugin2>[\w-]+)",
            r"Could not automatically download and install",
            r"error fetching plugin from",
            r"error downloading plugin|Error downloading plugin",
        ),
        "Pulumi's plugin for AWS is not there, and cannot be downloaded from get.pulumi.com or github.com",
        "see that this machine reaches those (HTTPS_PROXY), or install it by hand: `pulumi plugin install resource "
        "aws`; `specc deploy` needs no plugin",
        MISSING,
        "pulumi/pulumi sdk/go/common/workspace/plugins.go; pulumi/pulumi issues 2097 and 10310",
    ),
    Failure(
        "no-network",
        (
            r"dial tcp[^\n]*(?:no such host|i/o timeout|connection refused|network is unreachable)",
            r"\bno such host\b|Temporary failure in name resolution|name resolution|TLS handshake timeout",
            r"RequestError: send request failed|request send failed",
        ),
        "there is no way to `{host}`",
        "see whether this machine reaches the internet (HTTPS_PROXY), or whether the emulator is running",
        MISSING,
        "Go's net package; aws-sdk-go-v2 smithy-go transport/http, RequestSendError",
    ),
    Failure(
        "not-logged-in",
        (
            r"PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            r"(?:invalid|unauthorized) access token|\[401\] Unauthorized",
        ),
        "the state is at Pulumi Cloud, which does not know who asks",
        "run `pulumi login`, or set PULUMI_ACCESS_TOKEN",
        MISSING,
        "pulumi/pulumi pkg/backend/httpstate/backend.go",
    ),
    Failure(
        "no-backend",
        (
            r"(?:could not|unable to) (?:open bucket|load Pulumi credentials)[^\n]*",
            r"unable to check if bucket \S+ is accessible|problem logging in",
            r"NoSuchBucket",
        ),
        "the place of the state cannot be opened",
        "see that it is there and that you may read and write it: `[pulumi] backend`, or PULUMI_BACKEND_URL",
        MISSING,
        "pulumi/pulumi pkg/backend/diy/backend.go",
        is_spoken=False,
    ),
    Failure(
        "no-stack",
        (r"no stack named '?(?P<named>[^' ]+)'? found",),
        "this stack was never brought up with the state that is asked",
        "`specc up {spec} --stack {stack}` does that",
        USAGE,
        "pulumi/pulumi pkg/cmd/pulumi/stack/io.go, RequireStack",
    ),
    Failure(
        "program",
        (
            r"Program failed with an unhandled exception:",
            r"Traceback \(most recent call last\):",
            r"Program exited with non-zero exit code",
        ),
        "the emitted program has failed",
        "if a file of yours (`[pulumi] extra`) raised it, mend that; else please report it as a bug of specc",
        FAILED,
        "pulumi/pulumi-python, pulumi-language-python-exec",
    ),
    Failure(
        "canceled",
        (r"(?:update|preview|refresh|destroy) cancel+ed", r"context canceled"),
        "it was stopped",
        "`specc up {spec} --stack {stack}` goes on where it stopped",
        130,
        "pulumi/pulumi pkg/engine, result of a cancellation",
    ),
)
"""Every failure that is known."""

UNKNOWN = Failure(
    "unknown",
    (),
    "the engine has failed",
    "see what it says; run with SPECC_DEBUG=1 to see all of it",
    FAILED,
    "",
    False,
)
"""What stands for the rest: the message itself is told."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """A failure, with what its message says in particular."""

    failure: Failure
    said: Mapping[str, str]
    """The groups of the pattern."""

    def means(self, names: Mapping[str, str]) -> str:
        """What it means, about this spec and stack."""
        return _filled(self.failure.means, {**self.said, **names})

    def fix(self, names: Mapping[str, str]) -> str:
        """What mends it, likewise."""
        return _filled(self.failure.fix, {**self.said, **names})


def recognize(text: str) -> Recognized:
    """Which failure a message tells of; `UNKNOWN` when it is none of the table."""
    for failure in TABLE:
        for pattern in _patterns(failure):
            if found := pattern.search(text):
                said = {key: value or "" for key, value in found.groupdict().items()}
                return Recognized(failure, {**said, **_derived(text, said)})
    return Recognized(UNKNOWN, {})


@cache
def _patterns(failure: Failure) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in failure.patterns)


def _derived(text: str, said: Mapping[str, str]) -> dict[str, str]:
    """What a message says in more than one form: the action that was denied, the host that does not answer."""
    what = said.get("action") or ""
    if not what and said.get("operation"):
        what = f"{said['service'].strip().lower().replace(' ', '')}:{said['operation']}"
    host = re.search(r"(?:lookup |https?://|dial tcp )([\w.-]+\.[\w.-]+|localhost|\d+\.\d+\.\d+\.\d+)", text)
    return {"what": what or "this", "host": host[1] if host else "AWS"}


def _filled(template: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], ""), template)
