"""Projects to build, and tiny wheels for their requirements, so that nothing is fetched."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from specc.frontend import Compilation, check
from specc_targets.packaging import Built, build
from specc_targets.packaging.tools import uv

SPEC = """\
specc = 1
kind = "pipeline"
name = "birds"

[steps.work]
call = "work:do"
with.x = 20

[package]
python = "3.12"
"""
WORK = "def do(x):\n    return x + 1\n"


@dataclass(frozen=True)
class Outcome:
    """What came of a build."""

    compilation: Compilation
    built: Built | None

    @property
    def codes(self) -> list[str]:
        return [found.code for found in self.compilation.diagnostics]

    @property
    def made(self) -> Built:
        assert self.built is not None, self.compilation.diagnostics
        return self.built

    @property
    def names(self) -> set[str]:
        """The files of the archive but for the runtime."""
        assert self.made.archive is not None
        return {name for name in zipfile.ZipFile(self.made.archive).namelist() if not name.startswith("specc_runtime/")}


@dataclass(frozen=True)
class Project:
    """A folder with a spec."""

    root: Path

    def write(self, files: Mapping[str, str | bytes]) -> Project:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def build(self, package: str = "", output: str = "out") -> Outcome:
        """Build with further lines in `[package]`."""
        spec = self.root / "birds.toml"
        spec.write_text(SPEC + package)
        compilation = check(spec)
        return Outcome(compilation, build(compilation, self.root / output))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A folder whose spec calls `work:do`; its state directory is its own."""
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / ".specc"))
    return Project(tmp_path / "project").write({"work.py": WORK})


@pytest.fixture
def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has only pip."""
    monkeypatch.setattr("specc_targets.packaging.tools.uv", lambda: None)


@pytest.fixture
def needs_uv() -> None:
    if uv() is None:
        pytest.skip("uv is not installed")


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """`wheel("tiny", {"tiny.py": ""}, tag="...", requires=[...])` makes a wheel that uv and pip find, and nothing else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, value in {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(folder), "UV_CACHE_DIR": str(tmp_path / "uv")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))

    def make(
        name: str,
        files: Mapping[str, str | bytes],
        tag: str = "py3-none-any",
        requires: Sequence[str] = (),
        version: str = "1.0",
    ) -> Path:
        info = f"{name}-{version}.dist-info"
        headers = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
        content = {
            **files,
            f"{info}/METADATA": "".join([*headers, *(f"Requires-Dist: {item}\n" for item in requires)]),
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        }
        record = "".join(f"{item},,\n" for item in [*content, f"{info}/RECORD"])
        path = folder / f"{name}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for item, data in {**content, f"{info}/RECORD": record}.items():
                archive.writestr(item, data)
        return path

    return make
