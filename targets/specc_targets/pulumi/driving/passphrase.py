"""The passphrase that encrypts secrets in a state: the user's, or one of our own making that is never lost or shown."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from specc_targets.local.runs.errors import StateError, cannot
from specc_targets.local.runs.files import FILE_MODE, make_folder, write_all
from specc_targets.pulumi.driving.backend import Backend
from specc_targets.pulumi.driving.errors import NotThere
from specc_targets.pulumi.driving.folders import Folders

PHRASE, FILE = "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"
_BYTES = 32


def variables(
    backend: Backend, provider: str | None, folders: Folders, *, salted: bool, keyed: bool = False
) -> Mapping[str, str]:
    """What tells Pulumi the passphrase: variables of the environment that are set already, or a file of ours.

    `salted` is whether the stack has secrets that some passphrase encrypts: a new one would be of no use then. `keyed`
    is whether a key does. A stack keeps what it was made with, whatever `provider` says by now.
    Raises `NotThere` when nobody knows a passphrase.
    """
    if not (salted or (needed(backend, provider) and not keyed)) or PHRASE in os.environ or os.environ.get(FILE):
        return {}
    path = folders.shared / "passphrase"
    if not path.is_file():
        if not backend.is_default:
            raise NotThere(
                f"the state at {backend.url} is encrypted with a passphrase: set {PHRASE} or {FILE}, or name a key "
                'instead: `secrets_provider = "awskms://..."` under `[pulumi]`'
            )
        if salted:
            raise NotThere(
                f"the stack `{folders.stack}` is encrypted with a passphrase that is not there any more: "
                f"bring `{path}` back, or set {PHRASE}"
            )
        _make(path)
    return {FILE: str(path)}


def needed(backend: Backend, provider: str | None) -> bool:
    """Whether a passphrase encrypts the secrets: not those in Pulumi Cloud, nor where a key is named."""
    return not backend.is_cloud if provider in (None, "default") else provider == "passphrase"


def _make(path: Path) -> None:
    """Make a file with a random passphrase, unless another process was quicker. Raises `StateError`."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        try:
            write_all(descriptor, secrets.token_urlsafe(_BYTES).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)  # which never replaces one that is there
    except OSError as error:
        raise StateError(cannot("write", path, error)) from error
    finally:
        temporary.unlink(missing_ok=True)
