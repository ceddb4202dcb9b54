"""What Lambda takes, by its pages *Lambda quotas*, *Lambda runtimes* and *Working with layers for Python*."""

from __future__ import annotations

from typing import Literal

Arch = Literal["arm64", "x86_64"]

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""Versions of Python that Lambda has and the runtime of specc runs on."""
MAX_UNZIPPED = 250 * 1024 * 1024
"""Bytes of a function's code and all of its layers, unzipped."""
MAX_DIRECT = 50 * 1024 * 1024
"""Bytes of an archive that is handed to Lambda itself; a larger one goes by way of S3."""
IN_LAMBDA = frozenset({"boto3", "botocore"})
"""What Lambda's Python has beside the standard library, so that it is shipped only when it is required."""
BASE_IMAGE = "public.ecr.aws/lambda/python"

_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_OLD_GLIBC = frozenset({"3.11"})
"""Runtimes on Amazon Linux 2 (glibc 2.26); later ones are on Amazon Linux 2023 (glibc 2.34)."""
_NAMES_OF_OLD = {5: ("manylinux1",), 12: ("manylinux2010",), 17: ("manylinux2014",)}
"""Tags that say the same as `manylinux_2_N`."""


def machine(arch: Arch) -> str:
    """What Python and ELF call a processor that AWS calls `arch`."""
    return _MACHINES[arch]


def platforms(python: str, arch: Arch) -> list[str]:
    """The platform tags of wheels that run there, for pip's `--platform`: the newest glibc first (PEP 600)."""
    newest, oldest = (17 if python in _OLD_GLIBC else 34), (5 if arch == "x86_64" else 17)
    found: list[str] = []
    for minor in range(newest, oldest - 1, -1):
        names = (f"manylinux_2_{minor}", *_NAMES_OF_OLD.get(minor, ()))
        found += [f"{name}_{machine(arch)}" for name in names]
    return [*found, f"linux_{machine(arch)}"]


def uv_platform(python: str, arch: Arch) -> str:
    """The same for uv's `--python-platform`, which knows older tags by itself."""
    return f"{machine(arch)}-manylinux{'2014' if python in _OLD_GLIBC else '_2_34'}"
