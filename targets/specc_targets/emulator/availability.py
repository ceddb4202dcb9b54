"""Whether what the emulator is made of is installed."""

from __future__ import annotations

from importlib.util import find_spec

from specc.targets import TargetError

NEEDED = {"moto": "moto[server]", "jsonata": "jsonata-python", "boto3": "boto3", "flask": "moto[server]"}
"""Modules, and the packages that they come with."""
INSTALL = "pip install '.[emulator]' in a clone of specc"


class EmulatorMissing(TargetError):  # noqa: N818  # the name says it
    """The emulator is not installed."""

    code = 3


def require_emulator() -> None:
    """Raise `EmulatorMissing` with the command that installs what is missing."""
    missing = sorted({package for module, package in NEEDED.items() if find_spec(module) is None})
    if missing:
        raise EmulatorMissing(f"the emulator needs {' and '.join(missing)}; install with: {INSTALL}")
