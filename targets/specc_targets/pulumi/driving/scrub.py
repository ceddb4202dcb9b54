"""What the engine says, fit to be shown: without its markup, and without anything secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_MARKUP = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*[A-Za-z]")
"""Colors as the engine's events hold them (`<{%reset%}>`), and as a terminal does."""
_SHAPES = (
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),  # access keys of AWS
    re.compile(r"\bpul-[0-9a-f]{40}\b"),  # access tokens of Pulumi Cloud
    re.compile(r"(?i)(?:x-amz-security-token|x-amz-signature|x-amz-credential)=[^&\s\"']+"),
    re.compile(r"(?i)\b(?:aws_)?(?:secret_?access_?key|session_?token)\b[\"']?\s*[:=]\s*[\"']?[^\s\"',}]+"),
    re.compile(r"\bv1:[A-Za-z0-9+/=]{8,}:[A-Za-z0-9+/=]{8,}(?::[A-Za-z0-9+/=]+)?"),  # salts and encrypted values
)
_NAMES = re.compile(r"(?i)secret|token|passphrase|password")
_SHORTEST = 8
"""Letters below which a value is no secret that could be told from ordinary text."""
HIDDEN = "[hidden]"


def plain(text: str) -> str:
    """The text without markup."""
    return _MARKUP.sub("", text)


def scrub(text: str, environment: Mapping[str, str] | None = None) -> str:
    """The text without markup, and without secrets: those of the environment, and whatever looks like one."""
    found = plain(text)
    for name, value in (environment if environment is not None else os.environ).items():
        if _NAMES.search(name) and not name.endswith("_FILE") and len(value) >= _SHORTEST:
            found = found.replace(value, HIDDEN)
    for shape in _SHAPES:
        found = shape.sub(HIDDEN, found)
    return found
