"""Secrets: read where the spec says they are, and hidden wherever they might show."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from specc_runtime.errors import SecretNotFound

SECRET_PREFIX = "SPECC_SECRET_"
"""Environment variables of a Lambda function that begin so say where the secret of the rest of their name is read."""
HIDDEN = "***"
_SHORTEST = 4
"""Shorter values are not hidden: that would black out ordinary text and guess the secret for the reader."""


def read_secret(name: str, source: str, root: Path) -> str:
    """The value of the secret `name`, from `env:NAME`, `file:path`, `ssm:/name` or `secretsmanager:name#key`.

    Relative paths start at `root`. Raises `SecretNotFound`, never with a value in its message.
    """
    kind, _, where = source.partition(":")
    if kind == "env":
        value = os.environ.get(where)
        if value is None:
            raise SecretNotFound(f"secret `{name}`: the environment variable `{where}` is not set")
        return value
    if kind == "file":
        try:
            return (root / where).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise SecretNotFound(f"secret `{name}`: cannot read the file `{where}`: {reason}") from None
    if kind in {"ssm", "secretsmanager"}:
        return _read_aws(name, kind, where)
    raise SecretNotFound(f"secret `{name}`: `{kind}:` is not a place that secrets are read from")


def _read_aws(name: str, kind: str, where: str) -> str:
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError:
        raise SecretNotFound(f"secret `{name}`: reading it from `{kind}:` needs boto3; install `specc[aws]`") from None
    try:
        if kind == "ssm":
            found = boto3.client("ssm").get_parameter(Name=where, WithDecryption=True)
            return str(found["Parameter"]["Value"])
        identifier, _, key = where.partition("#")
        text = str(boto3.client("secretsmanager").get_secret_value(SecretId=identifier)["SecretString"])
        return str(json.loads(text)[key]) if key else text
    except (BotoCoreError, ClientError) as error:
        raise SecretNotFound(f"secret `{name}`: cannot read `{kind}:{where}`: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise SecretNotFound(f"secret `{name}`: `{kind}:{where}` has no such key") from None


def read_secrets(sources: Mapping[str, str], root: Path) -> dict[str, str]:
    """All secrets by the name of the environment variable that they become."""
    return {name: read_secret(name, source, root) for name, source in sources.items()}


class Redactor:
    """Replaces secret values in texts."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        shown = {form for value in values for form in (value, value.strip(), json.dumps(value)[1:-1])}
        self._values = sorted((value for value in shown if len(value) >= _SHORTEST), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """`text` with every secret value hidden."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return text
