"""From a checked spec to what is deployed."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.ir.ops import CallTask, ContainerTask
from specc.ir.walk import every_operation
from specc.targets import TargetError
from specc_targets.asl.functions import HANDLER
from specc_targets.aws.containers import is_hosted
from specc_targets.packaging import manifest
from specc_targets.packaging.archive import Archive, write_archive
from specc_targets.packaging.checks import (
    check_complete,
    check_imports,
    check_native,
    check_python,
    check_requirements,
    check_size,
    without_shadowed,
)
from specc_targets.packaging.image import Context, write_context
from specc_targets.packaging.items import Item
from specc_targets.packaging.limits import MAX_DIRECT, Arch
from specc_targets.packaging.project import read_project
from specc_targets.packaging.requirements import Requirements, read_requirements
from specc_targets.packaging.resolve import resolve
from specc_targets.packaging.runtime import runtime_items
from specc_targets.packaging.tree import Tree

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module

LAYER = "dependencies"
_IN_LAYER = "python/"
"""Where Lambda looks for the modules of a layer."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a spec's steps run from. Paths are those given to `build`; everything else is the same on every machine."""

    archive: Path | None
    """The zip archive of the code; None when all of it is in an image."""
    sha256: str
    """Of the archive, or of the image's context."""
    size: int
    """Bytes of the archive."""
    unzipped_size: int
    """Bytes of the code and of all layers, unzipped."""
    layers: tuple[Archive, ...]
    """Archives of dependencies, for the same functions."""
    image: Context | None
    """The context of the image; None when no step needs one."""
    manifest: Path
    data: dict[str, Any]
    """What the manifest says."""
    python: str
    arch: Arch

    @property
    def image_context(self) -> Path | None:
        """The folder of the image's context."""
        return self.image.path if self.image is not None else None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Everything that was written."""
        made = (self.archive, *(layer.path for layer in self.layers), self.image_context, self.manifest)
        return tuple(path for path in made if path is not None)


def build(compilation: Compilation, directory: Path) -> Built | None:
    """Build what the spec's functions and jobs run from into `directory`; None when its diagnostics say why not.

    Raises `TargetError` for what is no fault of the spec's: a tool or a file that is not there, a full disk.
    """
    module, spec = compilation.module, compilation.spec
    if compilation.failed or module is None or spec is None:
        return None
    try:
        return _build(compilation, module, spec.root, directory)
    except OSError as error:
        raise TargetError(
            f"cannot build the package: {(error.strerror or str(error)).lower()}: {error.filename}"
        ) from None


def _build(compilation: Compilation, module: Module, root: Path, directory: Path) -> Built | None:
    sink, package = compilation.sink, module.deployment.package
    python = package.python or f"{sys.version_info[0]}.{sys.version_info[1]}"
    check_python(python, sink, given=package.python is not None)
    project = read_project(module, root / module.package_root, directory, sink)
    check_native(project.items, python, package.arch, sink)
    requirements = read_requirements(package.requirements, root) if package.requirements is not None else None
    if requirements is not None:
        check_requirements(requirements, python, sink)
    as_zip = package.format == "zip"
    tree = _tree(requirements, python, package.arch, root, compilation) if as_zip and not compilation.failed else None
    if compilation.failed:
        return None
    if requirements is not None and tree is not None:
        check_complete(requirements, tree, sink)
    check_imports(project, requirements, tree, sink)
    dependencies = without_shadowed(tree.items, project, sink) if tree is not None else []
    code = [*runtime_items(), *project.items]
    if as_zip:
        every = [*code, *dependencies]
        check_size(every, [item.size for item in every], sink)
    if compilation.failed:
        return None
    stale = manifest.earlier(directory)
    image = None
    if not as_zip or _needs_image(module):
        image = write_context(directory, module.name, code, requirements, python, package.arch)
    archives = _archives(directory, module.name, code, dependencies) if as_zip else []
    data = _data(module, python, archives, image, requirements)
    data["contents"] = manifest.contents(runtime_items(), project.items, dependencies)
    built = Built(
        archive=archives[0].path if archives else None,
        sha256=archives[0].sha256 if archives else image.sha256 if image is not None else "",
        size=archives[0].size if archives else 0,
        unzipped_size=sum(archive.unzipped_size for archive in archives),
        layers=tuple(archives[1:]),
        image=image,
        manifest=manifest.write(directory, data),
        data=data,
        python=python,
        arch=package.arch,
    )
    _remove(directory, stale - {made.name for made in built.paths})
    return built


def _tree(requirements: Requirements | None, python: str, arch: Arch, root: Path, on: Compilation) -> Tree | None:
    if requirements is None or not requirements.lines:
        return None
    folder = resolve(requirements, python, arch, root, on.sink)
    return Tree(folder, requirements.name) if folder is not None else None


def _archives(directory: Path, name: str, code: Sequence[Item], dependencies: Sequence[Item]) -> list[Archive]:
    """The code, and behind it a layer of its dependencies when one archive would be too large to be handed over."""
    if not dependencies or sum(item.size for item in (*code, *dependencies)) <= MAX_DIRECT:
        return [write_archive(directory, name, [*code, *dependencies])]
    return [
        write_archive(directory, name, code),
        write_archive(directory, f"{name}-{LAYER}", dependencies, below=_IN_LAYER),
    ]


def _needs_image(module: Module) -> bool:
    """Whether a step runs in a container of Batch or ECS, and does not say in which."""
    tasks = [op for op in every_operation(module) if isinstance(op, CallTask)]
    return any(is_hosted(op) and not isinstance(op, ContainerTask) and not op.compute.hosting.image for op in tasks)


def _data(
    module: Module,
    python: str,
    archives: Sequence[Archive],
    image: Context | None,
    requirements: Requirements | None,
) -> dict[str, Any]:
    from specc import __version__

    package = module.deployment.package
    return {
        "specc": 1,
        "version": __version__,
        "name": module.name,
        "format": package.format,
        "python": python,
        "arch": package.arch,
        "handler": HANDLER,
        "requirements": manifest.requirements_data(requirements),
        "archive": manifest.archive_data(archives[0]) if archives else None,
        "layers": [manifest.archive_data(archive) for archive in archives[1:]],
        "image": manifest.image_data(image) if image is not None else None,
    }


def _remove(directory: Path, names: set[str]) -> None:
    for name in sorted(names):
        path = directory / name
        with contextlib.suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
