"""What Pulumi needs for its state, where a bucket of S3 keeps it, and for the secrets in it, where a key of KMS does.

(Pulumi documentation: "Using a DIY backend", "Secrets".)
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from specc_targets.aws.arns import Arn, Resource
from specc_targets.aws.deployment import Condition
from specc_targets.aws.iam.grants import Grant, grants, named

if TYPE_CHECKING:
    from specc.ir.deployment import PulumiSettings

_KEEPS = ".pulumi"
"""The folder that Pulumi keeps everything in."""


def keeping(settings: PulumiSettings) -> list[Grant]:
    """Reading and writing the state that the spec names; nothing where it is elsewhere."""
    return _bucket(settings.backend or "") + _key(settings.secrets_provider or "")


def _bucket(backend: str) -> list[Grant]:
    address = urlsplit(backend)
    if address.scheme != "s3":
        return []
    prefix = "/".join(part for part in (*address.path.split("/"), _KEEPS) if part)
    bucket = Arn("s3", address.netloc, region=False, account=False)
    objects = Arn("s3", f"{address.netloc}/{prefix}/*", region=False, account=False)
    return [
        *grants("KeepState", named("s3", "DeleteObject GetObject PutObject"), objects),
        *grants("FindState", "s3:ListBucket", bucket),
    ]


def _key(provider: str) -> list[Grant]:
    """The key, by its ARN, its id or an alias, of which policies speak in conditions only (KMS Developer Guide)."""
    address = urlsplit(provider)
    if address.scheme != "awskms":
        return []
    name = "/".join(part for part in (address.netloc, *address.path.split("/")) if part)
    key: Resource = Arn("kms", f"key/{name}")
    conditions: tuple[Condition, ...] = ()
    reason = ""
    alias = name[name.index("alias/") :] if "alias/" in name else ""
    if alias:
        conditions = (Condition(operator="StringEquals", key="kms:RequestAlias", values=(alias,)),)
        key, reason = Arn("kms", "key/*"), f"the key is the one that `{alias}` names"
    elif name.startswith("arn:"):
        key = name
    return grants("KeepSecrets", named("kms", "Decrypt Encrypt"), key, conditions=conditions, reason=reason)
