"""`Pulumi.<stack>.yaml`: what specc writes into it, and what Pulumi and the user keep there."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from specc.targets import TargetError

KEPT = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""What Pulumi writes when it makes a stack. Without them nobody can read the stack's secrets any more."""
_OURS = frozenset(
    {"aws:accessKey", "aws:endpoints", "aws:s3UsePathStyle", "aws:secretKey", "aws:skipCredentialsValidation"}
    | {"aws:skipMetadataApiCheck", "aws:skipRegionValidation"}
)
"""Settings that only specc writes: for emulators, which a stack may no longer be on."""


def is_stack_file(path: PurePosixPath) -> bool:
    """Whether a file of a project holds the settings of a stack."""
    return path.name.startswith("Pulumi.") and path.suffix == ".yaml" and path.name != "Pulumi.yaml"


def merged(path: PurePosixPath, written: bytes, found: bytes) -> bytes:
    """What is to be in a file: what specc would write, and of what is there that which is not specc's to lose.

    That is what Pulumi needs to read secrets, and settings of the user's own; where that is all there, the file stays
    as it is, comments and all. Raises `TargetError` for settings that cannot be read: what is in them must not be lost.
    """
    if not is_stack_file(path):
        return written
    import yaml

    try:
        there = yaml.safe_load(found)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):  # the last: a date that is none
        there = found
    if there is None:
        return written
    if not isinstance(there, dict):
        raise _unreadable(path)
    new: dict[str, Any] = yaml.safe_load(written) or {}
    ours: dict[str, Any] = new.get("config") or {}
    given = there.get("config")
    before = given if isinstance(given, dict) else {}
    # In the order in which they are there, so that what nobody has changed stays as it is.
    kept = {key: ours.get(key, value) for key, value in before.items() if key in ours or key not in _OURS}
    config = {**kept, **ours}
    rest = {key: value for key, value in there.items() if key != "config"}
    together = {**rest, "config": config}
    try:
        return found if together == there else dump(together).encode()
    except RecursionError:  # an alias inside of what it stands for
        raise _unreadable(path) from None


def _unreadable(path: PurePosixPath) -> TargetError:
    return TargetError(
        f"the settings of the stack, `{path}`, are there and cannot be read, and may hold what its secrets need: "
        "mend the file, or move it away"
    )


def dump(value: dict[str, Any]) -> str:
    """Settings as YAML: one line a value, whatever its length."""
    import yaml

    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1_000_000)
    if yaml.safe_load(text) == value:
        return text
    # Ends of lines that only Unicode knows are read as blanks, if they are written as they are.
    return yaml.safe_dump(value, sort_keys=False, width=1_000_000)
