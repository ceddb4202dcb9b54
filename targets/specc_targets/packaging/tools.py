"""uv and pip, run as processes: lists of arguments, a time limit, output kept, and credentials in it hidden."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from specc.targets import TargetError
from specc_targets.packaging.limits import Arch, platforms, uv_platform

TIMEOUT = 900
"""Seconds that installing may take."""
_EXPORT_TIMEOUT = 120
_LAST_LINES = 12
_CHATTER = ("Using CPython", "Using Python", "Resolved ", "Prepared ", "Installed ", "Collecting ", "Looking in ")
"""Beginnings of lines that say nothing of what went wrong."""
_UNWANTED = ("PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_PLATFORM", "PIP_PYTHON")
"""Settings of pip that say something else than the arguments given here."""
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


class ToolError(TargetError):
    """uv or pip is missing, or does not come to an end."""

    code = 3


@dataclass(frozen=True, slots=True)
class Done:
    """How a process ended."""

    ok: bool
    output: str
    """What it printed on standard error, and on standard output unless that is its result; without credentials."""
    result: str = ""

    @property
    def last(self) -> tuple[str, ...]:
        """The last lines that say something."""
        lines = [line.rstrip() for line in self.output.splitlines() if line.strip()]
        return tuple([line for line in lines if not line.startswith(_CHATTER)][-_LAST_LINES:])


@cache
def uv() -> str | None:
    """Where uv is, or None."""
    beside = Path(sys.executable).with_name("uv")
    return shutil.which("uv") or (str(beside) if beside.is_file() else None)


def export_lock(lock: Path, start: Path) -> str:
    """What a `uv.lock` pins, as lines of requirements: for the project around `start`, where it is one of a workspace.

    Raises `TargetError`.
    """
    program = uv()
    if program is None:
        raise ToolError(
            f"reading `{lock.name}` needs uv, which is not installed; install it, or write `uv export --frozen "
            '--no-dev --no-emit-project -o requirements.txt` where it is and say `requirements = "requirements.txt"`'
        )
    flags = "--frozen --no-dev --no-emit-project --no-editable --no-header --no-annotate --no-progress --color never"
    arguments = [program, "export", *flags.split(), "--no-python-downloads", "--format", "requirements-txt"]
    # What only specc itself needs is not shipped.
    done = _run([*arguments, "--prune", "specc"], _project_of(lock.parent.resolve(), start.resolve()), _EXPORT_TIMEOUT)
    if not done.ok:
        raise TargetError("\n  ".join([f"uv cannot read `{lock.name}`:", *done.last]))
    return done.result


def _project_of(workspace: Path, start: Path) -> Path:
    """The nearest folder around `start` with a `pyproject.toml`, as far as the workspace's; else that one."""
    around = [folder for folder in (start, *start.parents) if folder.is_relative_to(workspace)]
    return next((folder for folder in around if (folder / "pyproject.toml").is_file()), workspace)


def install(requirements: Path, constraints: Path | None, target: Path, folder: Path, python: str, arch: Arch) -> Done:
    """Install wheels for a platform into `target`; paths in the files start at `folder`.

    Raises `TargetError` when neither uv nor pip is there.
    """
    files = ["--requirement", str(requirements)]
    files += ["--constraint", str(constraints)] if constraints is not None else []
    program = uv()
    if program is not None:
        where = ["--target", str(target), "--python-version", python, "--python-platform", uv_platform(python, arch)]
        flags = [
            "--only-binary",
            ":all:",
            "--link-mode",
            "copy",
            "--no-progress",
            "--color",
            "never",
            "--no-python-downloads",
        ]
        arguments = [program, "pip", "install", *flags, "--python", sys.executable, *where, *files]
    elif find_spec("pip") is not None:
        tags = [word for tag in platforms(python, arch) for word in ("--platform", tag)]
        where = ["--target", str(target), "--implementation", "cp", "--python-version", python, *tags]
        flags = ["--only-binary=:all:", "--no-compile", "--no-input", "--disable-pip-version-check", "--no-color", "-q"]
        arguments = [sys.executable, "-m", "pip", "install", *flags, *where, *files]
    else:
        raise ToolError("installing requirements needs uv or pip, and neither is installed")
    return _run(arguments, folder, TIMEOUT)


def _run(arguments: Sequence[str], folder: Path, timeout: float) -> Done:
    environment = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    try:
        done = subprocess.run(
            list(arguments),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ToolError(f"`{' '.join(arguments[1:3])}` took longer than {timeout:g} seconds") from None
    except OSError as error:
        raise ToolError(f"cannot run `{arguments[0]}`: {(error.strerror or str(error)).lower()}") from None
    said = done.stderr if done.returncode == 0 else done.stderr + done.stdout
    return Done(done.returncode == 0, _CREDENTIALS.sub("***@", _COLOR.sub("", said)), done.stdout)
