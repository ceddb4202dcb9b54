"""The peers: each in an environment of its own below `build/bench`, made when it is first asked for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from contestants import Peer

WHERE = Path(__file__).parents[2] / "build" / "bench"
PATIENCE = 600
"""Seconds for one installation."""


@dataclass(frozen=True)
class Package:
    """A peer before it is installed."""

    name: str
    requirements: tuple[str, ...]
    modes: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)
    """Name in the table -> the script's mode, and what it is asked for at most."""
    python: tuple[int, int] = (3, 11)
    """The Python that it needs."""


def _all(map_: int, chain: int = 200, graph: int = 1_000) -> dict[str, int]:
    return {"W1": map_, "W2": chain, "W3": graph}


PACKAGES = [
    Package("joblib", ("joblib",), {"joblib, threads": ("", {"W1": 10_000})}),
    Package(
        "lokki",
        ("lokkiflow",),
        {
            "lokki, memory": ("memory", _all(10_000, graph=0)),
            "lokki, local store (durable)": ("local", _all(10_000, graph=0)),
        },
        python=(3, 13),
    ),
    Package("doit", ("doit",), {"doit": ("", _all(10_000))}),
    Package("luigi", ("luigi",), {"Luigi (durable)": ("", _all(10_000))}),
    Package(
        "dask",
        ("dask", "distributed"),
        {"Dask, threads": ("threads", _all(10_000)), "Dask, distributed": ("distributed", _all(10_000))},
    ),
    Package(
        "pipefunc",
        ("pipefunc",),
        {
            "pipefunc, memory": ("dict", _all(10_000, graph=0)),
            "pipefunc, files (durable)": ("file_array", _all(10_000, graph=0)),
        },
    ),
    Package("parsl", ("parsl",), {"Parsl, threads": ("", _all(10_000))}),
    Package("redun", ("redun",), {"redun, SQLite (durable)": ("", {"W1": 1_000})}),
    Package("dbos", ("dbos",), {"DBOS, SQLite (durable)": ("", _all(10_000))}),
    Package("dagster", ("dagster",), {"Dagster, in process": ("", _all(1_000, graph=0))}),
    Package("prefect", ("prefect", "fastapi<0.140"), {"Prefect": ("", _all(1_000))}),
]
"""Not here: tools that start a process for each task (Metaflow, Snakemake) take minutes for a map of 1,000."""


def installed() -> tuple[list[Peer], dict[str, str]]:
    """The peers that could be installed, and why the others could not."""
    found: list[Peer] = []
    missing: dict[str, str] = {}
    for package in PACKAGES:
        fault = _install(package)
        if fault:
            missing[package.name] = fault
            continue
        python = str(WHERE / package.name / "bin" / "python")
        script = f"with_{package.name}.py"
        found += [
            Peer(name, script=script, python=python, mode=mode, largest=largest)
            for name, (mode, largest) in package.modes.items()
        ]
    return found, missing


def _install(package: Package) -> str:
    """Make the environment of a peer unless it is there; what went wrong."""
    folder = WHERE / package.name
    ready = folder / ".ready"
    if ready.exists():
        return ""
    python = _python(package.python)
    if python is None:
        return "it needs Python {}.{}, which is not here".format(*package.python)
    print(f"installing {package.name}", file=sys.stderr)
    if (uv := shutil.which("uv")) is not None:
        commands = [
            [uv, "venv", "--quiet", "--clear", "--python", python, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), *package.requirements],
        ]
    else:
        commands = [
            [python, "-m", "venv", str(folder)],
            [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *package.requirements],
        ]
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return f"installing took more than {PATIENCE} s"
        if done.returncode:
            return done.stderr.strip().rpartition("\n")[2]
    ready.touch()
    return ""


def _python(version: tuple[int, int]) -> str | None:
    """A Python of this version or, if this one is later, this one."""
    if sys.version_info >= version:
        return sys.executable
    name = "python{}.{}".format(*version)
    found = shutil.which(name)
    if found is not None and _runs(found):
        return found
    homes = sorted((Path.home() / ".pyenv" / "versions").glob("{}.{}.*/bin/python".format(*version)))
    return str(homes[-1]) if homes else None


def _runs(python: str) -> bool:
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
