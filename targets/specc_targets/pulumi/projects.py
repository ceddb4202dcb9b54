"""Pulumi projects in folders: the program with the code that it ships."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specc.targets import TargetError, driver
from specc_targets.packaging.limits import MAX_DIRECT
from specc_targets.pulumi.program import Packaged, Program, program
from specc_targets.pulumi.program.storage import CODE, DEPENDENCIES
from specc_targets.pulumi.settings import merged
from specc_targets.pulumi.target import PulumiTarget, report

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc_targets.packaging import Built

Say = Callable[[str], None]
PACKAGE = ".package"
"""The folder in a project where its code is built."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that Pulumi can work with."""

    directory: Path
    program: Program
    built: Built


def write_project(
    compilation: Compilation,
    directory: Path,
    *,
    image: str | None = None,
    eject: bool = False,
    virtualenv: str | None = "venv",
) -> Project | None:
    """Build the code of a checked spec and write its project; None when the diagnostics say why not.

    What Pulumi and the user keep in the settings of a stack stays there. `image` is the address of the image for steps
    in containers. Raises `TargetError`.
    """
    target = PulumiTarget()
    if compilation.failed or compilation.module is None or compilation.context is None:
        return None
    module = target.legalize(compilation.context, compilation.module)
    if compilation.failed:
        return None
    built: Built | None = driver("packaging").build(compilation, directory / PACKAGE)
    if built is None:
        return None
    made = program(compilation.context, module, packaged(built, image), eject=eject, virtualenv=virtualenv)
    if made is not None:
        report(compilation.context, module, made)
    if made is None or compilation.failed:
        return None
    _write(made, directory)
    _place(built.archive, directory / CODE)
    _place(built.layers[0].path if built.layers else None, directory / DEPENDENCIES)
    shutil.rmtree(directory / PACKAGE, ignore_errors=True)
    return Project(directory, made, built)


def eject(compilation: Compilation, directory: Path) -> list[Path] | None:
    """Write a project that is the user's from then on; None when the diagnostics say why not. Raises `TargetError`.

    Nothing that is there is written over.
    """
    if directory.exists() and any(directory.iterdir()):
        raise TargetError(f"{directory} is not empty; a project is ejected once, into a folder of its own")
    made = write_project(compilation, directory, eject=True)
    return None if made is None else sorted(path for path in directory.rglob("*") if path.is_file())


def packaged(built: Built, image: str | None = None) -> Packaged:
    """How what was built reaches AWS: large archives go by way of S3."""
    layer = built.layers[0] if built.layers else None
    return Packaged(
        code="inline" if built.size <= MAX_DIRECT else "s3",
        dependencies=None if layer is None else "inline" if layer.size <= MAX_DIRECT else "s3",
        image=image,
    )


def _write(made: Program, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    stale = {path.name for path in directory.glob("*.asl.json")} - {path.name for path in made.files}
    for name in stale:
        (directory / name).unlink()
    for path, content in made.files.items():
        file = directory / path
        found = file.read_bytes() if file.exists() else None
        file.write_bytes(content if found is None else merged(path, content, found))


def _place(archive: Path | None, file: Path) -> None:
    if archive is None:
        file.unlink(missing_ok=True)
    else:
        archive.replace(file)


class Projects:
    """What commands call."""

    eject = staticmethod(eject)


def projects() -> Projects:
    """For the registry."""
    return Projects()
