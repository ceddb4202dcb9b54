"""The context of a container image: a Dockerfile, the code, and what is to be installed.

One image serves every engine. Lambda starts it with the name of a handler; Batch, which cannot replace an entry point,
and ECS start it with a command such as `python -m specc_runtime.batch_main`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.targets import TargetError
from specc_targets.asl.functions import HANDLER
from specc_targets.packaging.items import PROGRAM, Item, mode
from specc_targets.packaging.limits import BASE_IMAGE, Arch
from specc_targets.packaging.requirements import Requirements

_APP = "app/"
_REQUIREMENTS = "requirements/"
_ENTRY = "specc-entry.sh"
_EPOCH = 315532800
"""1980, as in the archives."""
_DIGITS = 16
_PASSWORD = re.compile(r"://[^/\s@]+@")
_SCRIPT = f"""\
#!/bin/sh
# Lambda names a handler; Batch and ECS give a command.
if [ "$#" -eq 1 ] && [ "$1" = "{HANDLER}" ]; then
    exec /lambda-entrypoint.sh "$1"
fi
exec "$@"
"""
_INSTALL = """\
COPY requirements/ /tmp/requirements/
RUN cd /tmp/requirements \\
    && python -m pip install --no-cache-dir --disable-pip-version-check --target "${{LAMBDA_TASK_ROOT}}" {files} \\
    && rm -rf /tmp/requirements

"""


@dataclass(frozen=True, slots=True)
class Context:
    """A context that was written."""

    path: Path
    sha256: str
    tag: str
    build: tuple[str, ...]
    """The command that builds the image, from the folder that the context is in."""


def write_context(
    directory: Path, name: str, items: Sequence[Item], requirements: Requirements | None, python: str, arch: Arch
) -> Context:
    """Write the folder `NAME-image-<16 digits of its hash>` into `directory`. Raises `OSError` and `TargetError`."""
    files = sorted([*_files(items, requirements, python)], key=lambda item: item.name.encode())
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".image-", dir=directory) as work:
        made = Path(work, "context")
        digest = hashlib.sha256()
        for item in files:
            data = item.read()
            bits = mode(item.name, data[:4])
            digest.update(f"{item.name}\0{bits:o}\0{hashlib.sha256(data).hexdigest()}\n".encode())
            _write(made / item.name, data, bits)
        for folder in [made, *(path for path in made.rglob("*") if path.is_dir())]:
            folder.chmod(PROGRAM)
            os.utime(folder, (_EPOCH, _EPOCH))
        sha256 = digest.hexdigest()
        path = directory / f"{name}-image-{sha256[:_DIGITS]}"
        if path.is_dir():
            shutil.rmtree(path)  # it has this content, unless somebody has changed it
        os.replace(made, path)  # noqa: PTH105  # a folder, as one step
    tag = f"specc-{name}:{sha256[:_DIGITS]}"
    platform = "linux/arm64" if arch == "arm64" else "linux/amd64"
    # Lambda takes no index of several manifests, which attestations would make of the image.
    build = ("docker", "build", "--platform", platform, "--provenance=false", "--tag", tag, path.name)
    return Context(path, sha256, tag, build)


def dockerfile(requirements: Requirements | None, python: str) -> str:
    """The text of the Dockerfile."""
    install = ""
    if requirements is not None:
        files = "-r requirements.txt" + (" -c constraints.txt" if requirements.constraints else "")
        install = _INSTALL.format(files=files)
    return (
        f"# The steps of a spec, for every engine.\n"
        f"ARG PYTHON={python}\n"
        f"# To pin the base: docker build --build-arg BASE={BASE_IMAGE}@sha256:...\n"
        f"ARG BASE={BASE_IMAGE}:${{PYTHON}}\n"
        "FROM ${BASE}\n\n"
        "WORKDIR ${LAMBDA_TASK_ROOT}\n"
        f"{install}"
        f"COPY {_APP} ./\n"
        "RUN python -m compileall -q .\n\n"
        "USER 1000:1000\n"
        f'ENTRYPOINT ["/var/task/{_ENTRY}"]\n'
        f'CMD ["{HANDLER}"]\n'
    )


def _files(items: Sequence[Item], requirements: Requirements | None, python: str) -> Iterable[Item]:
    yield _own("Dockerfile", dockerfile(requirements, python))
    yield _own(".dockerignore", "**/__pycache__\n**/*.pyc\n.dockerignore\nDockerfile\n")
    yield _own(_APP + _ENTRY, _SCRIPT)
    for item in items:
        yield Item(_APP + item.name, item.content, item.kind, item.why)
    if requirements is None:
        return
    lines = (*requirements.lines, *requirements.constraints)
    if any(_PASSWORD.search(line) for line in lines):
        raise TargetError(
            f"`{requirements.name}` names an address with a password, which would be in the image; "
            "give it to `docker build` as a secret instead"
        )
    yield _own(_REQUIREMENTS + "requirements.txt", "".join(f"{line}\n" for line in requirements.lines))
    if requirements.constraints:
        yield _own(_REQUIREMENTS + "constraints.txt", "".join(f"{line}\n" for line in requirements.constraints))
    for place, _ in requirements.files:
        if place.startswith("/") or ".." in place.split("/"):
            raise TargetError(f"`{requirements.name}` requires `{place}`, which is not below its own folder")
        yield Item(_REQUIREMENTS + place.removeprefix("./"), requirements.folder / place, "image", "a wheel")


def _own(name: str, text: str) -> Item:
    return Item(name, text.encode(), "image", "makes the image")


def _write(path: Path, data: bytes, bits: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(bits)
    os.utime(path, (_EPOCH, _EPOCH))
