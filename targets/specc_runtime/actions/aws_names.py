"""How Step Functions writes what AWS's service models name: services, operations, members, errors.

Its SDK integrations are made with AWS's SDK for Java, so names follow that SDK's code generator (`Utils.unCapitalize`,
`CodegenNamingUtils`, `DefaultNamingStrategy.getExceptionName`) with a capital first letter. The compiler and the
runtime both use this, so that a local run and a state machine mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

SERVICES = {
    "applicationdiscoveryservice": "discovery",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "configservice": "config",
    "costandusagereportservice": "cur",
    "costexplorer": "ce",
    "databasemigrationservice": "dms",
    "directoryservice": "ds",
    "directoryservicedata": "ds-data",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearchservice": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuildingservice": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntimeservice": "lex-runtime",
    "lexruntimev2": "lexv2-runtime",
    "marketplaceentitlementservice": "marketplace-entitlement",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "pinpointsmsvoice": "sms-voice",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
    "states": "stepfunctions",
}
"""Names that Step Functions has for services, where they are more than boto3's without its dashes."""
THROTTLED = "throttled"
"""The name in `retry.on` and `on_error` of a request that came too soon after others."""
_RENAMED = {"NULL": "Nul"}
"""Members that the SDK for Java cannot call what the model does (DynamoDB's `AttributeValue`)."""
_THROTTLING = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Error codes of throttling (botocore: `ThrottledRetryableChecker`; S3: `SlowDown`)."""


def boto_service(name: str, known: Iterable[str]) -> str | None:
    """The name of a service in boto3, given as that or as Step Functions writes it; None when `known` has none."""
    services = set(known)
    wanted = SERVICES.get(name, name)
    if wanted in services:
        return wanted
    return next((item for item in sorted(services) if item.replace("-", "") == wanted), None)


def sdk_service(service_id: str) -> str:
    """The service in the ARN of an SDK integration: `CloudWatch Logs` is `cloudwatchlogs`."""
    return re.sub(r"[^a-z0-9]", "", service_id.lower())


@lru_cache(maxsize=4096)
def member(name: str) -> str:
    """A parameter or a field of a result as Step Functions writes it: `executionArn` is `ExecutionArn`.

    Acronyms that a name begins with are lowered up to the next word: `SSEKMSKeyId` is `SsekmsKeyId`, `ETag` stays.
    """
    if name in _RENAMED:
        return _RENAMED[name]
    at = 1
    while at < len(name) and name[at].isupper() and not name[at + 1 : at + 2].islower():
        at += 1
    return name[0].upper() + name[1:at].lower() + name[at:]


def pascal(name: str) -> str:
    """Words of a name with a capital each: `DynamoDB` is `DynamoDb`, `CloudWatch Logs` is `CloudWatchLogs`."""
    text = re.sub(r"[^A-Za-z0-9]+", " ", name)
    text = re.sub(r"([^a-z]{2,})v([0-9]+)", r"\1 v\2 ", text)
    text = re.sub(r"([^A-Z]{2,})V([0-9]+)", r"\1 V\2 ", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", text)
    text = re.sub(r"([0-9])([a-zA-Z])", r"\1 \2", text)
    return "".join(word.capitalize() for word in text.split())


def exception(shape: str) -> str:
    """The class of a modelled error: `NoSuchKey` is `NoSuchKeyException`."""
    return pascal(re.sub(r"(Fault|Exception)$", "", shape)) + "Exception"


def error_names(service_id: str, shape: str | None, code: str = "", status: int = 0) -> tuple[str, ...]:
    """The names under which an error of a service can be declared; the first is the one that Step Functions gives it.

    `shape` is the name of its shape in the service's model; None for one that the model does not have.
    """
    prefix = pascal(service_id)
    found = [f"{prefix}.{prefix}Exception"]
    if shape is not None:
        found = [f"{prefix}.{exception(shape)}", exception(shape)]
    for name in filter(None, (shape, code)):
        found += [name, f"{prefix}.{name}"]
    if status == 429 or not _THROTTLING.isdisjoint((code, shape or "")):
        found.append(THROTTLED)
    return tuple(dict.fromkeys(found))
