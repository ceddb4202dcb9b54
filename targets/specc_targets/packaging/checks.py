"""What is wrong with a package: said at the spec's line, or at the import."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Severity, Sink
from specc_targets.code import packages
from specc_targets.packaging.items import Item, is_library
from specc_targets.packaging.limits import IN_LAMBDA, MAX_UNZIPPED, PYTHONS, Arch, machine
from specc_targets.packaging.outside import Import, imports
from specc_targets.packaging.requirements import normal

if TYPE_CHECKING:
    from specc_targets.packaging.project import Project
    from specc_targets.packaging.requirements import Requirements
    from specc_targets.packaging.tree import Tree

PACKAGE = Place(("package",))
_OURS = frozenset({"specc", "specc_targets", "specc_schemas"})
_ELF_MACHINES = {b"\x3e\x00": "x86_64", b"\xb7\x00": "aarch64"}
_FOREIGN = {
    b"MZ": "Windows",
    b"\xcf\xfa\xed\xfe": "macOS",
    b"\xce\xfa\xed\xfe": "macOS",
    b"\xca\xfe\xba\xbe": "macOS",
}
_NATIVE_NAMES = (".so", ".dylib", ".pyd", ".dll")
_TAG = re.compile(r"\.cpython-(\d)(\d+)-")
_SHOWN = 5


def check_python(python: str, sink: Sink, *, given: bool) -> None:
    """Report a version of Python that Lambda does not have (SPC513)."""
    if python in PYTHONS:
        return
    place = PACKAGE.child("python") if given else PACKAGE
    said = f"`package.python` is {python}" if given else f"this is Python {python}, and `package.python` says no other"
    sink.report(
        "SPC513",
        f"{said}, which Lambda does not have",
        Label(place, "decides which Python runs the steps"),
        help=f'say `package.python = "{PYTHONS[-2]}"`; there are {", ".join(PYTHONS)}',
    )


def check_native(items: Iterable[Item], python: str, arch: Arch, sink: Sink) -> None:
    """Report native code of the user's that is for another system (SPC518)."""
    for item in items:
        what = _foreign(item, python, arch)
        if what is not None:
            sink.report(
                "SPC518",
                f"`{item.name}` is native code for {what}, and steps run with Python {python} on Linux {arch}",
                Label(PACKAGE, f"ships it: {item.why}"),
                help="build a wheel of it for that platform and require it, or build it in an image of your own",
            )


def _foreign(item: Item, python: str, arch: Arch) -> str | None:
    """What a native file is made for when that is not where steps run."""
    head = item.head(20)
    if head.startswith(b"\x7fELF"):
        made_for = _ELF_MACHINES.get(head[18:20], "another processor")
        if made_for != machine(arch) or head[4] != 2:  # ELFCLASS64
            return f"Linux {made_for}"
        tag = _TAG.search(item.name)
        return f"Python {tag[1]}.{tag[2]}" if tag is not None and f"{tag[1]}.{tag[2]}" != python else None
    if is_library(item.name) or item.name.endswith(_NATIVE_NAMES):
        return next((system for magic, system in _FOREIGN.items() if head.startswith(magic)), None)
    return None


def without_shadowed(items: Sequence[Item], project: Project, sink: Sink) -> list[Item]:
    """The files of dependencies but for packages that the project has, too: those are what steps import (SPC520)."""
    own = {item.name.partition("/")[0].removesuffix(".py") for item in project.items if item.name.endswith(".py")}
    bare = {name for name in own if not _is_regular(name, project.items)}
    lost: dict[str, str] = {}
    kept = []
    for item in items:
        top = item.name.partition("/")[0].removesuffix(".py")
        if top in own and not (top in bare and not _is_regular(top, items)):
            lost.setdefault(top, item.why)
        else:
            kept.append(item)
    for name, why in lost.items():
        sink.report(
            "SPC520",
            f"`{name}` is a module of the project and of {why}",
            Label(PACKAGE, f"the project's `{name}` is shipped, as it is what local runs import"),
            severity=Severity.WARNING,
            help="rename the module when the other one is needed",
        )
    return kept


def _is_regular(top: str, items: Iterable[Item]) -> bool:
    """Whether a top-level name is a module or a package with `__init__.py`, rather than a bare folder."""
    names = {f"{top}.py", f"{top}/__init__.py"}
    return any(item.name in names for item in items)


def check_imports(project: Project, requirements: Requirements | None, tree: Tree | None, sink: Sink) -> None:
    """Warn of imports that nothing will satisfy (SPC521)."""
    for found in (*imports(project.modules), *map(_called, project.called.items())):
        name = found.package
        if name in _OURS:
            sink.report(
                "SPC521",
                f"`{name}` is not there when a step runs on AWS",
                Label(found.at, found.what),
                severity=Severity.WARNING,
                help="only `specc_runtime` is shipped; what compiles or starts runs belongs into other modules",
            )
        elif name not in IN_LAMBDA and name not in sys.stdlib_module_names and not _provided(name, requirements, tree):
            sink.report(
                "SPC521",
                f"`{name}` is used, and no requirement installs it on AWS",
                Label(found.at, found.what),
                severity=Severity.WARNING,
                help=_remedy(name, requirements),
            )


def _called(item: tuple[str, Place]) -> Import:
    return Import(item[0], item[1], "calls it")


def _provided(name: str, requirements: Requirements | None, tree: Tree | None) -> bool:
    if tree is not None:
        return tree.provides(name)
    if requirements is None:
        return False
    # An image installs them later. What a loose list brings along cannot be told before.
    known = {normal(found) for found in packages.versions(name)}
    return bool(requirements.loose) or not known or not known.isdisjoint(requirements.names)


def _remedy(name: str, requirements: Requirements | None) -> str:
    version = next(iter(packages.versions(name).items()), None)
    wanted = f"{version[0]}=={version[1]}" if version is not None else name
    if requirements is not None:
        return f"add `{wanted}` to `{requirements.name}`"
    return f'write `{wanted}` into a requirements.txt, and say `package.requirements = "requirements.txt"`'


def check_requirements(requirements: Requirements, python: str, sink: Sink) -> None:
    """Report a list for another Python (SPC515), and warn of one that leaves versions open (SPC519)."""
    if not requirements.fits(python):
        sink.report(
            "SPC515",
            f"`{requirements.name}` is for Python {requirements.python}, and steps run with {python}",
            Label(PACKAGE.child("requirements"), f"needs Python {requirements.python}"),
            help="say another `package.python`, or change `requires-python` of the project",
        )
    if not requirements.loose:
        return
    some = ", ".join(f"`{name}`" for name in requirements.loose[:3])
    sink.report(
        "SPC519",
        f"`{requirements.name}` leaves open which version of {some} is shipped",
        Label(PACKAGE.child("requirements"), "does not pin everything"),
        severity=Severity.WARNING,
        help='pin with `uv lock` and `requirements = "uv.lock"`, or with `==` on every line of a requirements.txt',
    )


def check_complete(requirements: Requirements, tree: Tree, sink: Sink) -> None:
    """Warn of what a list brings along without naming it, though it pins what it names (SPC519)."""
    unnamed = [name for name in tree.distributions if normal(name) not in requirements.names]
    if requirements.loose or not unnamed:
        return
    some = ", ".join(f"`{name}`" for name in sorted(unnamed)[:3])
    sink.report(
        "SPC519",
        f"`{requirements.name}` leaves open which version of {some} is shipped",
        Label(PACKAGE.child("requirements"), "does not name all that it brings along"),
        severity=Severity.WARNING,
        help=f"pin all of it: `uv pip compile {requirements.name}` prints such a list, and a `uv.lock` is one",
    )


def check_size(items: Sequence[Item], sizes: Sequence[int], sink: Sink) -> None:
    """Report a package that is larger than Lambda takes (SPC517)."""
    size = sum(sizes)
    if size <= MAX_UNZIPPED:
        return
    parts: Counter[str] = Counter()
    for item, bytes_ in zip(items, sizes, strict=True):
        parts[item.why if item.kind == "dependency" else item.name] += bytes_
    largest = [f"{_megabytes(bytes_)}: {name}" for name, bytes_ in parts.most_common(_SHOWN)]
    sink.report(
        "SPC517",
        f"the package has {_megabytes(size)} unzipped, and Lambda takes {_megabytes(MAX_UNZIPPED)}, layers included",
        Label(PACKAGE, "ships this much"),
        help=(
            'say `package.format = "image"`: an image may have 10 GB',
            "or require less, and read large data from the store or S3",
        ),
        notes=largest,
    )


def _megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):,.0f} MB"
