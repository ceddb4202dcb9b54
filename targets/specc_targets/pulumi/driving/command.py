"""The Pulumi CLI: found and installed. Nothing of Pulumi's is imported to look for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from specc_targets.pulumi.driving.errors import NoCommand, NotThere
from specc_targets.pulumi.driving.folders import Folders

_SECONDS = 60
"""How long a server may say nothing."""
Say = Callable[[str], None]


def check_packages() -> None:
    """Raises `NotThere` without the packages of Pulumi for Python."""
    if find_spec("pulumi") is None or find_spec("pulumi_aws") is None:
        raise NotThere("Pulumi's packages are missing; install them with: pip install '.[pulumi]' in a clone of specc")


def find(folders: Folders) -> str:
    """The CLI: one that was installed for this state directory, else that of PATH, else that of the user's home.

    Raises `NoCommand`.
    """
    program = "pulumi.exe" if os.name == "nt" else "pulumi"
    if (own := folders.cli / "bin" / program).is_file():
        return str(own)
    if on_path := shutil.which("pulumi"):
        return on_path
    if (users := Path.home() / ".pulumi" / "bin" / program).is_file():
        return str(users)
    raise NoCommand(
        "the Pulumi CLI is not installed; `specc up --install-pulumi` installs it into the state directory, and "
        "`specc deploy` deploys without it, by CloudFormation"
    )


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
