"""One archive for all steps: the same bytes everywhere, with what is needed and nothing else, and it runs."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

import specc_targets
from specc.frontend import check
from specc_targets.packaging import build
from specc_targets.packaging.runtime import LEFT_OUT, runtime_items

_BUILD = """
import os, sys
from pathlib import Path
os.umask(int(sys.argv[1], 8))
from specc.frontend import check
from specc_targets.packaging import build
built = build(check(sys.argv[2]), Path(sys.argv[3]))
print(built.sha256, built.manifest.read_text(), sep="\\n")
"""
_RUN = """
import importlib, json, os, pkgutil, sys
root, request = sys.argv[1:]
sys.path.insert(0, root)
sys.dont_write_bytecode = True
os.environ.update(LAMBDA_TASK_ROOT=root, SPECC_STORE="file://" + root + "/../store")
from specc_runtime.lambda_handler import handler
slow = {"asyncio", "boto3", "email", "http", "multiprocessing", "ssl", "subprocess", "urllib.request"} & set(sys.modules)
assert not slow, slow  # what only some requests need comes late
answer = handler(json.loads(request), None)
import specc_runtime
for found in pkgutil.walk_packages(specc_runtime.__path__, "specc_runtime."):
    if found.name != "specc_runtime.scripts.server":  # a program, which forks others
        importlib.import_module(found.name)
assert all(getattr(module, "__file__", "").startswith((root, os.path.dirname(os.__file__)))
           for name, module in list(sys.modules.items()) if getattr(module, "__file__", None) and name != "__main__")
print(json.dumps(answer))
"""
_AGAIN = """
import sys, types
from pathlib import Path
rooms, root, output = map(Path, sys.argv[1:])
for name in ("specc_targets", "specc_targets.packaging"):  # without what the packages themselves import
    package = types.ModuleType(name)
    package.__path__ = [str(rooms / name.replace(".", "/"))]
    sys.modules[name] = package
from specc_targets.packaging.archive import write_archive
from specc_targets.packaging.items import Item
items = [Item(path.relative_to(root).as_posix(), path, "module", "") for path in root.rglob("*.py")]
print(write_archive(output, "birds", items).path.name)
"""


@pytest.fixture(scope="module")
def birds(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """The archive of the example."""
    built = build(check(repository / "specs/birds/birds.toml"), tmp_path_factory.mktemp("birds"))
    assert built is not None
    assert built.archive is not None
    return built.archive


def test_two_folders_two_times_and_two_users_give_the_same_bytes(repository: Path, tmp_path: Path) -> None:
    outputs = []
    for number, (umask, seed, moment) in enumerate((("022", "1", 1), ("077", "2", 1_500_000_000))):
        root = tmp_path / ("a" * (number + 1)) / "birds"
        shutil.copytree(repository / "specs/birds", root, ignore=shutil.ignore_patterns("__pycache__"))
        for path in root.iterdir():
            os.utime(path, (moment, moment))
            path.chmod(0o600 if number else 0o777)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{number}"}
        arguments = [sys.executable, "-c", _BUILD, umask, str(root / "birds.toml"), str(root / "out")]
        done = subprocess.run(
            arguments, env=environment, cwd=root, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
        assert str(tmp_path) not in done.stdout
    assert outputs[0] == outputs[1]
    digest = outputs[0].splitlines()[0]
    archives = [sorted((tmp_path / ("a" * number) / "birds/out").glob("*.zip")) for number in (1, 2)]
    assert [[path.name for path in found] for found in archives] == [[f"birds-{digest[:16]}.zip"]] * 2
    assert all(sha256(found[0].read_bytes()).hexdigest() == digest for found in archives)


def test_the_example_is_small_and_holds_what_is_needed(birds: Path) -> None:
    assert birds.stat().st_size < 1024 * 1024
    infos = zipfile.ZipFile(birds).infolist()
    names = [info.filename for info in infos]
    assert names == sorted(names)
    assert [name for name in names if not name.startswith("specc_runtime/")] == ["birds.py"]
    assert {"specc_runtime/lambda_handler.py", "specc_runtime/store/s3.py"} <= set(names)
    assert not [name for name in names if name.endswith(".pyc") or "__pycache__" in name]
    assert not [name for name in names if name.split("/")[1:2] in ([item] for item in LEFT_OUT)]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert {(info.create_system, info.compress_type) for info in infos} == {(3, zipfile.ZIP_STORED)}


def test_the_archive_runs_with_nothing_else(birds: Path, tmp_path: Path) -> None:
    root = tmp_path / "task"
    zipfile.ZipFile(birds).extractall(root)
    request = {
        "specc": 1,
        "run": {"id": "r"},
        "step": "flap",
        "action": "call",
        "call": "birds:join_birds",
        "with": {"birds": "${birds}"},
        "scope": {"items": [{"birds": {"$value": ["goose", "g" * 20_000]}}]},
    }
    arguments = [sys.executable, "-I", "-S", "-c", _RUN, str(root), json.dumps(request)]
    done = subprocess.run(arguments, env={}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])  # the handler marks where the output of a call begins
    assert answer["$ref"].startswith((tmp_path / "store").as_uri())
    assert answer["size"] > 20_000


@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_other_versions_of_python_write_the_same_and_run_it(birds: Path, tmp_path: Path, version: str) -> None:
    python = another_python(version)
    root = tmp_path / "task"
    zipfile.ZipFile(birds).extractall(root)
    rooms = Path(specc_targets.__file__).parent.parent
    arguments = [python, "-I", "-S", "-B", "-c", _AGAIN, str(rooms), str(root), str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == birds.name
    assert (tmp_path / birds.name).read_bytes() == birds.read_bytes()
    request = {"specc": 1, "run": {"id": "r"}, "step": "s", "action": "call", "call": "birds:flap_bird"}
    run = [python, "-I", "-S", "-c", _RUN, str(root), json.dumps({**request, "with": {"bird": "x"}, "scope": {}})]
    ran = subprocess.run(run, env={}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {"$value": "flappy x"}


def another_python(version: str) -> str:
    """An interpreter of this version; skips the test where there is none."""
    folders = [*os.get_exec_path(), *Path.home().glob(f".pyenv/versions/{version}.*/bin")]
    for path in (Path(folder, f"python{version}") for folder in folders):
        if path.is_file() and not subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode:
            return str(path)
    pytest.skip(f"Python {version} is not installed")


def test_nothing_of_the_runtime_that_is_shipped_imports_what_is_left_out() -> None:
    left_out = tuple(f"specc_runtime.{name}" for name in LEFT_OUT)
    for item in runtime_items():
        assert isinstance(item.content, Path)
        for node in ast.walk(ast.parse(item.content.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names = [node.value]
            assert not [name for name in names if name.startswith(left_out)], item.name


def test_a_change_of_code_changes_the_name_and_the_old_archive_goes(project) -> None:
    first, again = project.build().made, project.build().made
    assert first.archive is not None
    assert (first.sha256, first.archive, first.data) == (again.sha256, again.archive, again.data)
    project.write({"out/mine.zip": "mine", "work.py": "def do(x):\n    return x\n"})
    second = project.build().made
    assert second.archive != first.archive
    assert sorted(path.name for path in (project.root / "out").iterdir()) == sorted(
        ["mine.zip", "build.json", second.archive.name]
    )


def test_a_manifest_of_somebody_else_removes_nothing_of_theirs(project) -> None:
    names = ["birds-mine", "birds-0123456789abcdef.zip/../keep.txt", "../work.py", "keep.txt", 7]
    made = [{"path": name} for name in names]
    forged = {"name": "birds", "archive": made[0], "layers": made[1:], "image": {"context": "birds-mine"}}
    project.write({"out/birds-mine/a": "", "out/keep.txt": "", "out/build.json": json.dumps(forged)})
    project.build()
    assert (project.root / "out/birds-mine/a").exists()
    assert (project.root / "out/keep.txt").exists()
    project.write({"out/build.json": "[]"}).build()
    project.write({"out/build.json": '{"archive": 1, "layers": [2], "image": 3}'}).build()


def test_the_manifest_says_what_went_in_and_why(project) -> None:
    project.write({"data/a.csv": "1\n", "helpers/__init__.py": "", "work.py": "import helpers\ndef do(x): return x\n"})
    outcome = project.build('include = ["data/*.csv"]\narch = "x86_64"\n')
    data = json.loads(outcome.made.manifest.read_text())
    assert data == outcome.made.data
    assert (data["python"], data["arch"], data["format"]) == ("3.12", "x86_64", "zip")
    assert {item["path"]: item["why"] for item in data["contents"]["project"]} == {
        "data/a.csv": "named by `package.include`: data/*.csv",
        "helpers/__init__.py": "imported on the way from `work`",
        "work.py": "called by step `work`",
    }
    archive = outcome.made.archive
    assert archive is not None
    assert data["archive"] == {
        "path": archive.name,
        "sha256": sha256(archive.read_bytes()).hexdigest(),
        "size": archive.stat().st_size,
        "unzipped_size": sum(info.file_size for info in zipfile.ZipFile(archive).infolist()),
        "upload": "direct",
    }


def test_programs_can_be_run_whatever_their_mode_on_disk(project) -> None:
    project.write({"tool.sh": "#!/bin/sh\n", "notes.txt": "#\n"})
    (project.root / "notes.txt").chmod(0o777)
    archive = project.build('include = ["tool.sh", "notes.txt"]\n').made.archive
    modes = {info.filename: info.external_attr >> 16 & 0o777 for info in zipfile.ZipFile(archive).infolist()}
    assert (modes["tool.sh"], modes["notes.txt"]) == (0o755, 0o644)


def test_an_archive_that_cannot_be_written_leaves_nothing(project, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.targets import TargetError

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "out")

    monkeypatch.setattr("zipfile.ZipFile.writestr", full)
    with pytest.raises(TargetError, match="no space left on device"):
        project.build()
    assert not list((project.root / "out").iterdir())


def test_the_command(project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from specc.cli.shell import run

    monkeypatch.chdir(project.root)
    project.build()
    shutil.rmtree("out")
    assert run(["build", "birds.toml"]) == 0
    paths = capsys.readouterr().out.splitlines()
    assert paths[-1] == "build/birds/package/build.json"
    assert all(Path(path).is_file() for path in paths)
    assert run(["build", "birds.toml", "--json", "-o", "out"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["directory"] == "out"
    assert (Path("out") / data["archive"]["path"]).is_file()


def test_the_command_refuses_what_is_wrong(
    project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], write: Callable[..., Path]
) -> None:
    from specc.cli.shell import run

    monkeypatch.chdir(project.root)
    project.build('include = ["../x"]\n')
    assert run(["build", "birds.toml", "-o", "no"]) == 2
    assert "SPC512" in capsys.readouterr().err
    assert run(["build", "birds.toml", "-o", "no", "--json"]) == 2
    assert [item["code"] for item in json.loads(capsys.readouterr().out)["diagnostics"]] == ["SPC512"]
    assert run(["build", "birds.toml", "--stack", "prod"]) == 2
    assert not Path("no").exists()
