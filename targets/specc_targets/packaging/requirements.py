"""The dependencies that a spec names, as lines that uv and pip understand alike."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.targets import TargetError
from specc_targets.packaging.tools import export_lock

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_OPTION = re.compile(r"^(-r|--requirement|-c|--constraint|-e|--editable)[ =]*(.+)$")
_BOUND = re.compile(r"(>=|~=|<=|<)\s*3\.(\d+)((?:\.\d+)*)")
_OURS = "specc"
"""Our own distribution: its runtime is shipped anyway, and its compiler is not needed."""
_MOST_NESTED = 20


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is to be installed."""

    name: str
    """The file, as the spec names it."""
    folder: Path
    """Where the file stands; paths in its lines start here."""
    lines: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """Wheels that lines name by their path, and their hashes."""
    python: str = ""
    """The versions of Python that the list is for (PEP 440); empty: any."""

    def fits(self, python: str) -> bool:
        """Whether the list is for this version; what cannot be told with certainty fits."""
        minor = int(python.partition(".")[2])
        for operator, bound, micro in _BOUND.findall(self.python):
            least, most = int(bound), int(bound) if operator == "<=" or micro.strip(".0") else int(bound) - 1
            if (operator in {">=", "~="} and minor < least) or (operator in {"<", "<="} and minor > most):
                return False
        return True

    @property
    def loose(self) -> tuple[str, ...]:
        """The requirements that do not say which version is meant."""
        return tuple(line.partition(";")[0].strip() for line in self.lines if _is_loose(line))

    @property
    def names(self) -> frozenset[str]:
        """The names of all distributions that are listed, in the form of PEP 503."""
        files = (place.rpartition("/")[2].partition("-")[0] for place, _ in self.files)
        listed = (match[1] for line in (*self.lines, *self.constraints) if (match := _NAME.match(line)))
        return frozenset(map(normal, (*files, *listed)))


def normal(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_requirements(name: str, root: Path) -> Requirements:
    """What the file `name`, from the folder `root`, lists. Raises `TargetError` with words for the user."""
    path = root / name
    reader = _Reader(name)
    if path.name == "uv.lock":
        text, python = export_lock(path, root), str(_toml(name, path).get("requires-python", ""))
    elif path.name == "pyproject.toml":
        listed, python = _project(name, path)
        text = "\n".join(listed)
    else:
        text, python = _text(name, path), ""
    lines = tuple(reader.lines(text, path.parent))
    return Requirements(name, path.parent, lines, tuple(reader.constraints), tuple(reader.files), python)


class _Reader:
    """Reads one file of requirements and those that it names."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self.constraints: list[str] = []
        self.files: list[tuple[str, str]] = []

    def lines(self, text: str, folder: Path) -> Iterator[str]:
        """The requirements and options of a text, those of nested files in their place."""
        for line in _joined(text):
            option = _OPTION.match(line)
            if option is None:
                yield from self._requirement(line, folder)
            elif option[1] in {"-e", "--editable"}:
                self._folder(option[2], folder)
            else:
                nested = folder / option[2].strip()
                self._depth += 1
                if self._depth > _MOST_NESTED:
                    raise TargetError(f"`{self._name}` names files that name each other")
                found = list(self.lines(_text(os.path.relpath(nested, folder), nested), nested.parent))
                self._depth -= 1
                if option[1] in {"-c", "--constraint"}:
                    self.constraints += found
                else:
                    yield from found

    def _requirement(self, line: str, folder: Path) -> Iterator[str]:
        match = _NAME.match(line)
        if match is not None and normal(match[1]) == _OURS:
            return
        place = line.partition(";")[0].partition(" --hash")[0].strip()
        if place.endswith(".whl") and (folder / place).is_file():
            self.files.append((place, hashlib.sha256((folder / place).read_bytes()).hexdigest()))
        elif place.startswith((".", "/", "file:")):
            self._folder(place, folder)
            return
        yield line

    def _folder(self, place: str, folder: Path) -> None:
        """A project on this machine: the user's own one is shipped by following imports, another one has no wheel."""
        given = place.removeprefix("file://").removeprefix("file:").partition("[")[0].strip()
        if (folder / given).resolve() != folder.resolve():
            raise TargetError(
                f"`{self._name}` requires `{place}`, which is a folder; only wheels are shipped. "
                "Build a wheel of it, or put its modules below the package's root"
            )


def _joined(text: str) -> Iterator[str]:
    """Lines with their continuations, without comments and blanks."""
    for line in re.sub(r"\\\r?\n\s*", " ", text).splitlines():
        kept = re.sub(r"(^|\s)#.*$", "", line).strip()
        if kept:
            yield re.sub(r"\s+", " ", kept)


def _is_loose(line: str) -> bool:
    requirement = line.partition(";")[0]
    pinned = re.search(r"===?\s*[^\s*,;]+(\s|$)", requirement) or "@" in requirement or ".whl" in requirement
    return not requirement.startswith("-") and not pinned


def _text(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TargetError(f"the file of requirements `{name}` does not exist") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "it is not UTF-8"
        raise TargetError(f"cannot read the file of requirements `{name}`: {reason}") from None


def _toml(name: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(name, path))
    except tomllib.TOMLDecodeError as error:
        raise TargetError(f"`{name}` is no TOML: {error}") from None


def _project(name: str, path: Path) -> tuple[list[str], str]:
    """The dependencies of a project, and the versions of Python that it is for."""
    project = _toml(name, path).get("project")
    listed = project.get("dependencies", []) if isinstance(project, dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise TargetError(f"`{name}` has no list `dependencies` in its table `project`")
    return listed, str(project.get("requires-python", "") if isinstance(project, dict) else "")
