"""Who has locked a stack, wherever its state is."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from specc_targets.deployed.errors import Refused, told
from specc_targets.pulumi.driving.engine import Engine
from specc_targets.pulumi.driving.setup import Setup


@dataclass(frozen=True, slots=True)
class Lock:
    """Somebody's claim on a stack."""

    who: str
    pid: int | None = None
    when: str = ""
    is_alive: bool = False
    """Whether that process is a Pulumi that runs on this machine now."""

    def __str__(self) -> str:
        process = f", process {self.pid}" if self.pid is not None else ""
        return f"locked by {self.who}{process}" + (f", since {self.when}" if self.when else "")


def locks_of(setup: Setup, engine: Engine) -> Iterator[Lock]:
    """The locks there are. Raises `TargetError`, and `EngineFailed` where the engine is to tell."""
    if setup.backend.is_cloud:
        if engine.is_busy():
            yield Lock("an update that Pulumi Cloud knows of")
        return
    scheme = urlsplit(setup.backend.url).scheme
    found = _in_s3(setup) if scheme == "s3" else setup.backend.locks_of(setup.folders.project, setup.folders.stack)
    for item in found:
        host, pid = str(item.get("hostname", "")), item.get("pid")
        pid = pid if isinstance(pid, int) else None
        alive = host == socket.gethostname() and pid is not None and _is_pulumi(pid)
        yield Lock(f"{item.get('username', '?')}@{host or '?'}", pid, str(item.get("timestamp", "")), alive)


def refuse_locked(setup: Setup, engine: Engine) -> None:
    """Before anything is done that Pulumi's own lock does not keep from a stack.

    Raises `Refused` where somebody has locked it, and as `locks_of` does.
    """
    if lock := next(locks_of(setup, engine), None):
        raise Refused(
            f"{setup.name} is {lock}: another change of it is under way, or one was killed; see which with "
            f"`specc recover {setup.spec} --stack {setup.folders.stack}`"
        )


def _in_s3(setup: Setup) -> Iterator[dict[str, Any]]:
    """The same files in a bucket, below what the address names."""
    parts = urlsplit(setup.backend.url)
    folder = "/".join(filter(None, (parts.path.strip("/"), ".pulumi/locks/organization")))
    prefix = f"{folder}/{setup.folders.project}/{setup.folders.stack}/"
    with told(setup.account.endpoint):
        client = setup.account.client("s3")
        for item in client.list_objects_v2(Bucket=parts.netloc, Prefix=prefix).get("Contents", ()):
            try:
                found = json.loads(client.get_object(Bucket=parts.netloc, Key=item["Key"])["Body"].read())
            except ValueError:
                found = None
            if isinstance(found, dict):
                yield found


def _is_pulumi(pid: int) -> bool:
    """Whether a process runs and is Pulumi; one that has only got the number again is not."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    try:
        return b"pulumi" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
