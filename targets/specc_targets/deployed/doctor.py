"""What this machine has for deploying and its kin: looked up, never installed, and nothing is asked of AWS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from specc.ir.deployment import NOWHERE, Deployment
from specc.targets import TargetError
from specc_targets.deployed.errors import NoRegion
from specc_targets.deployed.session import Account

_SECONDS = 10
_PULUMI = "pip install '.[pulumi]' in a clone of specc"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may be there."""

    name: str
    there: bool
    says: str
    """Its version or source; or what it is for, and how to get it."""


def findings(place: Deployment = NOWHERE) -> list[dict[str, Any]]:
    """Everything that is looked for, in an order that makes sense. `place` is what a spec says of its stack."""
    found = [
        Finding("python", True, ".".join(map(str, sys.version_info[:3]))),
        _package("boto3", "deploying, and data in S3", "pip install '.[aws]' in a clone of specc"),
        _package(
            "moto", "`specc emulator` and tests on state machines", "pip install '.[emulator]' in a clone of specc"
        ),
        _package("jsonata-python", "the same", "pip install '.[emulator]' in a clone of specc"),
        _package("pulumi", "`specc preview` and `specc up`", _PULUMI),
        _package("pulumi-aws", "the same", _PULUMI),
        _pulumi_command(),
        _program("uv", "installing dependencies into packages quickly; pip does it, too", "--version"),
        _program("docker", "building images for steps in containers", "--version"),
        _slurm(),
        _program("node", "further judges of emitted machines, in the tests of specc itself", "--version"),
        _credentials(),
        _region(place),
    ]
    return [asdict(item) for item in found]


def _package(name: str, purpose: str, install: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, f"not installed; for {purpose}: {install}")


def _pulumi_command() -> Finding:
    """The one that `specc up` would run, here."""
    from specc_targets.pulumi.driving.command import find
    from specc_targets.pulumi.driving.folders import Folders

    name = "pulumi CLI"
    try:
        path = find(Folders.of(Path.cwd(), "", ""))
    except TargetError:
        return Finding(
            name,
            False,
            "not found; `specc up` needs it, `specc preview` does not: `specc up --install-pulumi` installs it into "
            "the state directory, https://www.pulumi.com/docs/install/ for all",
        )
    return _answer(name, path, "version")


def _program(name: str, purpose: str, *arguments: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding(name, False, f"not found; for {purpose}")
    return _answer(name, path, *arguments)


def _slurm() -> Finding:
    name, purpose = "sbatch", "`specc run --engine slurm`, on a login node of a cluster"
    found = _program(name, purpose, "--version")
    if found.there or shutil.which(name) is None:
        return found
    return Finding(name, False, f"has no cluster here ({found.says}); for {purpose}")


def _answer(name: str, path: str, *arguments: str) -> Finding:
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return Finding(name, False, f"{path} does not answer")
    said = (done.stdout or done.stderr).strip().splitlines()
    return Finding(name, done.returncode == 0, said[0] if said else path)


def _credentials() -> Finding:
    try:
        source = Account().credentials_source
    except TargetError as error:
        return Finding("credentials", False, str(error))
    if source is None:
        return Finding("credentials", False, "none found; set AWS_PROFILE, or run `aws configure`; emulators need none")
    return Finding("credentials", True, f"from {source}")


def _region(place: Deployment) -> Finding:
    if place.region is not None:
        return Finding("region", True, f"{place.region}, of the stack `{place.stack}`")
    try:
        return Finding("region", True, Account(endpoint=place.endpoint).region)
    except NoRegion:
        return Finding("region", False, "none set; write `region` into a stack, or set AWS_REGION")
    except TargetError as error:
        return Finding("region", False, str(error))
