"""Secrets: read where the spec says they are, and hidden wherever they might show."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from specc_runtime.credentials import emulator_credentials
from specc_runtime.errors import SecretNotFound
from specc_runtime.region import region_set

SECRET_PREFIX = "SPECC_SECRET_"
"""Environment variables of a Lambda function that begin so say where the secret of the rest of their name is read."""
HIDDEN = "***"
_SHORTEST = 4
"""Shorter values are not hidden: that would black out ordinary text and guess the secret for the reader."""
_SHORTEST_LINE = 8
"""Shorter lines of a longer value are not hidden either: braces, `},` and the like."""
_CUT = re.compile(r"… \(\d+ characters\)$", re.MULTILINE)
"""What messages and lines of tracebacks end in that were too long."""


def read_secret(name: str, source: str, root: Path) -> str:
    """The value of the secret `name`, from `env:NAME`, `file:path`, `ssm:/name` or `secretsmanager:name#key`.

    Relative paths start at `root`. The value can be that of an environment variable. Raises `SecretNotFound`, never
    with a value in its message.
    """
    value = _read(name, source, root)
    try:
        possible = b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise SecretNotFound(f"secret `{name}`: what `{source}` holds cannot be an environment variable (a NUL byte?)")
    return value


def _read(name: str, source: str, root: Path) -> str:
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
        raise SecretNotFound(
            f"secret `{name}`: reading it from `{kind}:` needs boto3: the extra `aws` of specc"
        ) from None
    try:
        if kind == "ssm":
            ssm = boto3.client("ssm", region_name=region_set(), **emulator_credentials())
            found = ssm.get_parameter(Name=where, WithDecryption=True)
            return str(found["Parameter"]["Value"])
        identifier, _, key = where.partition("#")
        client = boto3.client("secretsmanager", region_name=region_set(), **emulator_credentials())
        text = str(client.get_secret_value(SecretId=identifier)["SecretString"])
        return str(json.loads(text)[key]) if key else text
    except (BotoCoreError, ClientError) as error:
        raise SecretNotFound(f"secret `{name}`: cannot read `{kind}:{where}`: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise SecretNotFound(f"secret `{name}`: `{kind}:{where}` has no such key") from None


def read_secrets(sources: Mapping[str, str], root: Path) -> dict[str, str]:
    """All secrets by the name of the environment variable that they become."""
    return {name: read_secret(name, source, root) for name, source in sources.items()}


class Redactor:
    """Replaces secret values in texts, also their single lines and the forms that `repr` and JSON give them.

    Of a value that a text ends in, cut as long messages are, what is left before the cut is hidden, too.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        forms = {form for value in values for part in _parts(value) for form in _forms(part)}
        self._values = sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """`text` with every secret value hidden."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return self._without_beginnings(text) if self._values and "characters)" in text else text

    def _without_beginnings(self, text: str) -> str:
        """Hide the beginnings of values that stand right before a cut."""
        pieces: list[str] = []
        done = 0
        for cut in _CUT.finditer(text):
            left = max(_shared(text[done : cut.start()], value) for value in self._values)
            pieces += [text[done : cut.start() - left], HIDDEN if left else "", cut.group()]
            done = cut.end()
        return "".join([*pieces, text[done:]])


def _shared(text: str, value: str) -> int:
    """How many characters of the beginning of `value` the text ends with; 0 where they are few."""
    lengths = range(min(len(value) - 1, len(text)), _SHORTEST - 1, -1)
    return next((length for length in lengths if text.endswith(value[:length])), 0)


def _parts(value: str) -> Iterator[str]:
    """A value, and those of its lines that are long enough: what is printed is looked at line by line."""
    yield value
    yield value.strip()
    lines = [line.strip() for line in value.splitlines()]
    yield from (line for line in lines if len(line) >= _SHORTEST_LINE)


def _forms(value: str) -> set[str]:
    """A value as it may stand in a text: as it is, in a literal of Python or JSON, and in one inside of another."""
    found = {value}
    for _ in range(2):
        found |= {form for known in found for form in _escaped(known)}
    return found


def _escaped(value: str) -> Iterator[str]:
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    for literal in (repr, ascii):
        yield literal(value)[1:-1]
        yield literal(value + '"')[1:-2]  # where the rest of a text decides which quotes need a backslash
