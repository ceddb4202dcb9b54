"""The use of keys by services that keep secrets, in the name of whoever reads them."""

from __future__ import annotations

from specc_runtime.expressions import JsonValue
from specc_targets.aws.arns import Arn
from specc_targets.aws.deployment import Condition
from specc_targets.aws.iam.grants import Grant, grants
from specc_targets.aws.iam.values import values_at

_PARAMETERS = ("ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath")
_SECRETS = ("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue")


def decryption(reading: list[Grant], parameters: JsonValue) -> list[Grant]:
    """The use of whatever key encrypts just what is read, through the service that keeps it.

    (Systems Manager User Guide, "AWS KMS encryption for AWS Systems Manager Parameter Store SecureString parameters";
    Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager".)
    """
    decrypted = any(value is not False for value in values_at(parameters, "WithDecryption"))
    encrypted = [grant for grant in reading if grant.action in _PARAMETERS] if decrypted else []
    return [
        *_of("DecryptParameters", "ssm", "PARAMETER_ARN", encrypted),
        *_of("DecryptSecrets", "secretsmanager", "SecretARN", [item for item in reading if item.action in _SECRETS]),
    ]


def _of(sid: str, service: str, context: str, reading: list[Grant]) -> list[Grant]:
    found: list[Grant] = []
    through = Condition(operator="StringLike", key="kms:ViaService", values=(f"{service}.*.amazonaws.com*",))
    for grant in reading:
        what = Condition(operator="ArnLike", key=f"kms:EncryptionContext:{context}", values=(grant.resource,))
        found += grants(sid, "kms:Decrypt", Arn("kms", "key/*"), conditions=(what, through))
    return found
