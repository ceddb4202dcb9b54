"""The wheel that is built has all that commands need: new projects from every template, outside of the repository."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from specc.new_project.templates import TEMPLATES, find

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "-w", folder, ROOT], check=True, timeout=300)
    (built,) = folder.glob("specc-*.whl")
    return built


@pytest.fixture(scope="module")
def specc(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment in which the wheel is installed; what it depends on is that of this environment."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    python = folder / "bin" / "python"
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "--quiet"]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", *options, wheel]
    subprocess.run(pip, check=True, timeout=300)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A folder that a `.pth` file names comes last, and its own `.pth` files, such as that of the checkout, are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "specc"


@pytest.mark.slow
def test_what_is_in_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"specc", "specc_pytest", "specc_runtime", "specc_schemas", "specc_targets"}
    for template in TEMPLATES:
        files = [path.relative_to(find(template).folder) for path in (find(template).spec, *find(template).others())]
        assert {f"specc/cli/templates/{template}/{file.as_posix()}" for file in files} <= set(names)
    assert not [name for name in names if "__pycache__" in name or "/.specc" in name]
    assert wheel.stat().st_size < 3_000_000


@pytest.mark.slow
def test_templates_of_an_installed_wheel(specc: Path, tmp_path: Path) -> None:
    where = "import specc.new_project.templates as templates; print(templates.find('weather').folder)"
    found = subprocess.run(
        [specc.parent / "python", "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith(f"{specc.parents[1]}/")
    for number, template in enumerate(TEMPLATES):
        folder, format = tmp_path / template, ("toml", "yaml")[number % 2]
        words = [specc, "init", "mine", "--template", template, "--format", format, "-d", folder]
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=60)
        tested = subprocess.run(
            [specc, "test", folder / f"mine.{format}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert tested.returncode == 0, tested.stdout + tested.stderr
        assert " 0 failed" in tested.stdout
