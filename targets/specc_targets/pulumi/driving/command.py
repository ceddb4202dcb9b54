"""The Pulumi CLI: found and installed. Nothing of Pulumi's is imported to look for it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from specc_targets.pulumi.driving.errors import NoCommand, NotThere
from specc_targets.pulumi.driving.folders import Folders

MINIMUM = (3, 61, 0)
"""The first whose states in folders and buckets keep projects apart."""
_VERSION_SECONDS = 60
_SECONDS = 60
"""How long a server may say nothing."""
Say = Callable[[str], None]


def check_packages() -> None:
    """Raises `NotThere` without the packages of Pulumi for Python."""
    if find_spec("pulumi") is None or find_spec("pulumi_aws") is None:
        raise NotThere("Pulumi's packages are missing; install them with: pip install '.[pulumi]' in a clone of specc")


def find(folders: Folders) -> str:
    """The CLI: that of PATH, else that of the user's home, where it is new enough; else one installed for this folder.

    A folder that comes from elsewhere may bring a program along, which is not run where the user has one. Raises
    `NoCommand`.
    """
    program = "pulumi.exe" if os.name == "nt" else "pulumi"
    home = Path.home() / ".pulumi" / "bin" / program
    users = [path for path in (shutil.which("pulumi"), str(home) if home.is_file() else None) if path]
    own = folders.cli / "bin" / program
    if own.is_file():
        return next((path for path in users if _is_new_enough(path)), str(own))
    if users:
        return users[0]  # which will say so if it is too old
    raise NoCommand(
        "the Pulumi CLI is not installed; `specc up --install-pulumi` installs it into the state directory, and "
        "`specc deploy` deploys without it, by CloudFormation"
    )


def said_version(path: str) -> str:
    """What a CLI says of its version. Raises `NotThere` for one that does not run."""
    try:
        done = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotThere(f"the Pulumi CLI at {path} does not run: {error}") from None
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise NotThere(f"the Pulumi CLI at {path} does not run: {done.stderr.strip()[:300] or 'it says nothing'}")
    return lines[-1].strip()


def _is_new_enough(path: str) -> bool:
    try:
        found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said_version(path))
    except NotThere:
        return False
    return found is not None and tuple(map(int, found.groups())) >= MINIMUM


def install(folders: Folders, say: Say) -> str:
    """Download the CLI that belongs to the installed package, with Pulumi's own installer. Raises `NotThere`."""
    check_packages()
    from pulumi.automation import PulumiCommand

    say(f"installing the Pulumi CLI into {folders.cli}, from https://get.pulumi.com")
    earlier = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SECONDS)  # Pulumi's installer sets none
    try:
        made = PulumiCommand.install(root=str(folders.cli))
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "output", None) or getattr(error, "reason", None) or error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise NotThere(
            f"the Pulumi CLI could not be installed: {' '.join(text.split())[:300]}; install it by hand "
            "(https://www.pulumi.com/docs/install/), or deploy without it: `specc deploy`"
        ) from None
    finally:
        socket.setdefaulttimeout(earlier)
    return str(made.command)


def interpreter() -> str:
    """The Python that runs the program: the one that runs specc, which has Pulumi's packages."""
    return sys.executable
