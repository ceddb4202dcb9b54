"""What an installed tree of dependencies gives an archive: no traces of who installed it, when, and where."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cached_property
from pathlib import Path

from specc_targets.packaging.items import Item

_TRACES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"})
"""Files of a `*.dist-info` that differ between installers and machines (RECORD lists the others)."""
_LEFT_OUT = frozenset({"bin", ".lock"})
"""Names at the top that are no package: scripts start an interpreter by a path of this machine."""
_OTHERS = "other files"


@dataclass(frozen=True)
class Tree:
    """One installed tree."""

    root: Path
    required_by: str
    """The file of requirements, as the spec names it."""

    @cached_property
    def items(self) -> list[Item]:
        """Every file that is shipped."""
        owners = dict(_owners(self.root))
        found = []
        for name, path in _files(self.root):
            owner = owners.get(name) or owners.get(name.partition("/")[0]) or _OTHERS
            found.append(Item(name, path, "dependency", f"{owner}, required by {self.required_by}"))
        return found

    @cached_property
    def distributions(self) -> Mapping[str, str]:
        """Name -> version of what is installed."""
        return {name: version for name, version, _ in _distributions(self.root)}

    def provides(self, package: str) -> bool:
        """Whether `import package` finds something here."""
        starts = (f"{package}.py", f"{package}.so", f"{package}.cpython-", f"{package}.abi3")
        return any(name == package or name.startswith(starts) for name in os.listdir(self.root))  # noqa: PTH208  # names only


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(root):
        at_top = Path(folder) == root
        folders[:] = [name for name in folders if name != "__pycache__" and not (at_top and name in _LEFT_OUT)]
        for name in names:
            if (at_top and name in _LEFT_OUT) or (folder.endswith(".dist-info") and name in _TRACES):
                continue
            path = Path(folder, name)
            if not (name.endswith((".pyc", ".pyo")) and path.with_suffix(".py").exists()):
                yield path.relative_to(root).as_posix(), path


def _distributions(root: Path) -> Iterator[tuple[str, str, Path]]:
    """Name, version and `*.dist-info` of everything that is installed."""
    for info in sorted(root.glob("*.dist-info")):
        try:
            headers = HeaderParser().parsestr((info / "METADATA").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        yield str(headers["Name"]), str(headers["Version"]), info


def _owners(root: Path) -> Iterator[tuple[str, str]]:
    """Each file, and the folder of each distribution's own data, with `name version` of who brought it."""
    for name, version, info in _distributions(root):
        yield info.name, f"{name} {version}"
        try:
            with (info / "RECORD").open(encoding="utf-8", newline="") as file:
                for row in csv.reader(file):
                    if row:
                        yield row[0], f"{name} {version}"
        except OSError:
            continue
