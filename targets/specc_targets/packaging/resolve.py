"""Dependencies for the target platform: installed once for each list of requirements, and kept in the state folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from specc.diagnostics import Label, Place, Sink
from specc.targets import TargetError
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.state import make_state, state_directory
from specc_targets.packaging.limits import Arch, platforms
from specc_targets.packaging.requirements import Requirements
from specc_targets.packaging.tools import Done, install

FOLDER = "packages"
"""Below the state directory."""
_MADE = 1
"""How trees are made; a release that makes them otherwise uses none of an older one."""
_DIGITS = 32
_NO_WHEEL = (
    re.compile(r"Wheels are (?:available|required) for `([A-Za-z0-9._-]+)`"),
    re.compile(r"([A-Za-z0-9._-]+?)(?:[=<>!~][^\s]*)? has no (?:usable |compatible )?wheels"),
    re.compile(r"([A-Za-z0-9._-]+?)(?:[=<>!~][^\s]*)? has no (?:wheels|usable wheels) with a matching"),
    re.compile(r"only has wheels for the following .*?`([A-Za-z0-9._-]+)`"),
    re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+)"),
)
"""What uv and pip say of a distribution that has no wheel for the platform."""
_PLACE = Place(("package", "requirements"))


def resolve(requirements: Requirements, python: str, arch: Arch, root: Path, sink: Sink) -> Path | None:
    """A folder with all that `requirements` install; None when the findings say why there is none.

    Raises `TargetError` for what is no fault of the spec's.
    """
    try:
        folder = make_state(state_directory(root)) / FOLDER
        folder.mkdir(exist_ok=True)
        tree = folder / _key(requirements, python, arch)
        if tree.is_dir():
            return tree
        return _installed(requirements, python, arch, tree, sink)
    except StateError as error:
        raise TargetError(str(error)) from None
    except OSError as error:
        raise TargetError(f"cannot keep dependencies: {error.strerror}: {error.filename}") from None


def _installed(requirements: Requirements, python: str, arch: Arch, tree: Path, sink: Sink) -> Path | None:
    with tempfile.TemporaryDirectory(prefix=".installing-", dir=tree.parent) as work:
        made = Path(work, "tree")
        made.mkdir()
        listed = _written(Path(work, "requirements.txt"), requirements.lines)
        limits = _written(Path(work, "constraints.txt"), requirements.constraints) if requirements.constraints else None
        done = install(listed, limits, made, requirements.folder, python, arch)
        if not done.ok:
            _report(done, requirements, python, arch, sink)
            return None
        try:
            os.replace(made, tree)  # noqa: PTH105  # as one step, and quietly below
        except OSError:
            if not tree.is_dir():
                raise
            shutil.rmtree(made, ignore_errors=True)  # another process was faster
    return tree


def _written(path: Path, lines: tuple[str, ...]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _key(requirements: Requirements, python: str, arch: Arch) -> str:
    text = json.dumps(
        [_MADE, requirements.lines, requirements.constraints, requirements.files, python, arch, platforms(python, arch)]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _report(done: Done, requirements: Requirements, python: str, arch: Arch, sink: Sink) -> None:
    missing = next((found[1] for pattern in _NO_WHEEL if (found := pattern.search(done.output))), None)
    if missing is not None:
        other = "x86_64" if arch == "arm64" else "arm64"
        sink.report(
            "SPC514",
            f"no wheel of `{missing}` runs with Python {python} on Linux {arch}",
            Label(_PLACE, f"requires `{missing}`, by itself or for another package"),
            help=(
                f'try `package.arch = "{other}"` or another `package.python`',
                'or `package.format = "image"`, whose dependencies are installed, and built where needed, in the image',
            ),
            notes=done.last,
        )
        return
    sink.report(
        "SPC515",
        f"the requirements of `{requirements.name}` cannot be installed",
        Label(_PLACE, "cannot be installed"),
        notes=done.last,
    )
