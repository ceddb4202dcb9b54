"""Requirements become wheels for the target platform, offline, and whatever goes wrong is told in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from specc.targets import TargetError

ARM = "cp312-cp312-manylinux_2_28_aarch64"
USING = "import tiny\n\n\ndef do(x):\n    return tiny.ONE\n"
REQUIREMENTS = 'requirements = "requirements.txt"\n'


@pytest.fixture(params=["uv", "pip"])
def tool(request: pytest.FixtureRequest) -> str:
    """Both tools that may be there."""
    request.getfixturevalue("needs_uv" if request.param == "uv" else "without_uv")
    return str(request.param)


@pytest.mark.usefixtures("needs_uv")
def test_wheels_for_the_platform_are_shipped_and_nothing_of_who_installed_them(project, wheel) -> None:
    tag = {"tiny/__init__.py": "ONE = 1\n", "tiny/_fast.cpython-312-aarch64-linux-gnu.so": b"\x7fELF"}
    wheel("tiny", tag, tag=ARM, requires=["other"])
    wheel("tiny", {"tiny/__init__.py": "WRONG = 1\n"}, tag="cp312-cp312-win_amd64")
    wheel("other", {"other.py": ""})
    project.write({"work.py": USING, "requirements.txt": "tiny==1.0\nother==1.0\n"})
    outcome = project.build(REQUIREMENTS)
    assert outcome.codes == []
    assert outcome.names == {
        "work.py",
        "other.py",
        "tiny/__init__.py",
        "tiny/_fast.cpython-312-aarch64-linux-gnu.so",
        *(f"{name}-1.0.dist-info/{file}" for name in ("tiny", "other") for file in ("METADATA", "WHEEL")),
    }
    listed = outcome.made.data["contents"]["dependencies"]
    assert [item["why"] for item in listed] == [
        f"{name} 1.0, required by requirements.txt" for name in ("other", "tiny")
    ]
    assert outcome.made.data["requirements"] == {"file": "requirements.txt", "pinned": True}
    assert not list((project.root / "out").glob(".*"))


@pytest.mark.usefixtures("needs_uv")
def test_what_a_list_brings_along_has_to_be_pinned_too(project, wheel) -> None:
    wheel("Tiny", {"tiny.py": "ONE = 1\n"}, requires=["other"])
    wheel("other", {"other.py": ""})
    project.write({"work.py": USING, "requirements.txt": "tiny==1.0\n"})
    outcome = project.build(REQUIREMENTS)
    assert outcome.codes == ["SPC519"]
    assert "leaves open which version of `other` is shipped" in outcome.compilation.diagnostics[0].message
    assert (
        project.write({"requirements.txt": "tiny==1.0\n-c c.txt\n", "c.txt": "other==1.0"}).build(REQUIREMENTS).codes
        == []
    )


@pytest.mark.slow
@pytest.mark.usefixtures("needs_uv")
def test_uv_and_pip_give_the_same_bytes(project, wheel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scripts = {"tiny-1.0.dist-info/entry_points.txt": "[console_scripts]\ntiny = tiny:main\n"}
    wheel("tiny", {"tiny/__init__.py": "ONE = 1\n", **scripts}, tag=ARM)
    wheel("tiny", {"tiny/__init__.py": "ONE = 2\n"}, tag="cp312-cp312-manylinux_2_35_aarch64")
    wheel("tiny", {"tiny/__init__.py": "ONE = 3\n"}, tag="cp311-cp311-manylinux_2_17_aarch64")
    project.write({"work.py": USING, "requirements.txt": "tiny==1.0\n"})
    first = project.build(REQUIREMENTS)
    monkeypatch.setattr("specc_targets.packaging.tools.uv", lambda: None)
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "another"))
    second = project.build(REQUIREMENTS)
    assert "tiny-1.0.dist-info/entry_points.txt" in first.names
    assert first.made.sha256 == second.made.sha256
    assert not [name for name in first.names if name.startswith("bin/")]


@pytest.mark.usefixtures("needs_uv")
def test_they_are_installed_once_for_each_list(project, wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wheel("tiny", {"tiny.py": "ONE = 1\n"})
    project.write({"work.py": USING, "requirements.txt": "tiny==1.0  # the one\n"})
    first = project.build(REQUIREMENTS)
    path.unlink()
    project.write({"requirements.txt": "# another comment\ntiny==1.0\n"})
    again = project.build(REQUIREMENTS)
    assert again.made.sha256 == first.made.sha256
    assert project.build(REQUIREMENTS + 'arch = "x86_64"\n').codes == ["SPC515"], "another platform is another list"


def test_no_wheel_for_the_platform(project, wheel, tool: str) -> None:
    wheel("tiny", {"tiny.py": ""}, tag="cp312-cp312-macosx_11_0_arm64")
    project.write({"requirements.txt": "tiny==1.0\n"})
    outcome = project.build(REQUIREMENTS)
    assert outcome.built is None
    assert outcome.codes == ["SPC514"]
    found = outcome.compilation.diagnostics[0]
    assert found.message == "no wheel of `tiny` runs with Python 3.12 on Linux arm64"
    assert 'package.arch = "x86_64"' in found.help[0]
    assert 'package.format = "image"' in found.help[1]
    assert any("tiny" in note for note in found.notes)
    assert not list((project.root / "out").glob("*"))


@pytest.mark.usefixtures("needs_uv")
def test_requirements_that_contradict_each_other(project, wheel) -> None:
    wheel("tiny", {"tiny.py": ""})
    project.write({"requirements.txt": "tiny==1.0\ntiny==2.0\n"})
    assert project.build(REQUIREMENTS).codes == ["SPC515"]


@pytest.mark.usefixtures("needs_uv")
def test_a_lock(project, wheel) -> None:
    import subprocess

    from specc_targets.packaging.tools import uv

    wheel("tiny", {"tiny.py": "ONE = 1\n"})
    wheel("linter", {"linter.py": ""})
    text = '[project]\nname = "mine"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["tiny"]\n'
    project.write({"work.py": USING, "pyproject.toml": text + '[dependency-groups]\ndev = ["linter"]\n'})
    subprocess.run([str(uv()), "lock", "--quiet"], cwd=project.root, check=True, timeout=60)
    outcome = project.build('requirements = "uv.lock"\n')
    assert outcome.codes == []
    assert {name for name in outcome.names if name.endswith(".py")} == {"work.py", "tiny.py"}
    loose = project.build('requirements = "pyproject.toml"\n')
    assert loose.codes == ["SPC519"]
    assert loose.names == outcome.names


@pytest.mark.usefixtures("needs_uv")
def test_the_lock_of_a_workspace_gives_what_the_member_needs(project, wheel) -> None:
    import subprocess

    from specc_targets.packaging.tools import uv

    wheel("tiny", {"tiny.py": "ONE = 1\n"})
    wheel("linter", {"linter.py": ""})
    workspace = project.root.parent
    head = '[project]\nversion = "1"\nrequires-python = ">=3.11"\n'
    (workspace / "pyproject.toml").write_text(
        f'{head}name = "all"\ndependencies = ["linter"]\n[tool.uv.workspace]\nmembers = ["project"]\n'
    )
    project.write({"work.py": USING, "pyproject.toml": f'{head}name = "mine"\ndependencies = ["tiny"]\n'})
    subprocess.run([str(uv()), "lock", "--quiet"], cwd=workspace, check=True, timeout=60)
    outcome = project.build('requirements = "../uv.lock"\n')
    assert outcome.codes == []
    assert {name for name in outcome.names if name.endswith(".py")} == {"work.py", "tiny.py"}


def test_a_lock_without_uv(project, without_uv: None) -> None:
    project.write({"uv.lock": "version = 1\n"})
    with pytest.raises(TargetError, match=r"needs uv, which is not installed.*uv export --frozen") as told:
        project.build('requirements = "uv.lock"\n')
    assert told.value.code == 3, "something outside is missing"


@pytest.mark.usefixtures("needs_uv")
def test_a_damaged_lock(project) -> None:
    project.write({"uv.lock": "version = ", "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\n"})
    with pytest.raises(TargetError, match=r"uv cannot read `uv\.lock`"):
        project.build('requirements = "uv.lock"\n')


@pytest.mark.usefixtures("needs_uv")
def test_what_a_list_may_hold(project, wheel) -> None:
    """Nested lists, constraints, the project itself, wheels by their path, and specc, whose runtime is there anyway."""
    wheel("tiny", {"tiny.py": "ONE = 1\n"}, version="1.0")
    wheel("tiny", {"tiny.py": "TWO = 1\n"}, version="2.0")
    beside = wheel("beside", {"beside.py": ""})
    (project.root / "wheels").mkdir(parents=True)
    beside.rename(project.root / "wheels" / beside.name)
    project.write(
        {
            "requirements.txt": f"-r more.txt\n-c limits.txt\n-e .\nspecc[aws]>=0.1\n./wheels/{beside.name}\n",
            "more.txt": "tiny \\\n  ; python_version > '3'\n",
            "limits.txt": "tiny<2\n",
        }
    )
    outcome = project.build(REQUIREMENTS)
    assert outcome.codes == ["SPC519"]
    assert {name for name in outcome.names if name.endswith(".py")} == {"work.py", "tiny.py", "beside.py"}
    archive = zipfile.ZipFile(outcome.made.archive)
    assert archive.read("tiny.py") == b"ONE = 1\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"requirements.txt": "-e ../other\n"}, "requires `../other`, which is a folder; only wheels are shipped"),
        ({"requirements.txt": "-r requirements.txt\n"}, "names files that name each other"),
        ({"requirements.txt": "-r absent.txt\n"}, "`absent.txt` does not exist"),
        ({"requirements.txt": b"\xff\xfe"}, "it is not UTF-8"),
    ],
)
def test_lists_that_cannot_be_used(project, files: dict[str, str], said: str) -> None:
    with pytest.raises(TargetError, match=said):
        project.write(files).build(REQUIREMENTS)


@pytest.mark.parametrize(
    ("text", "said"), [("a =", "is no TOML"), ("[tool.x]\n", "has no list `dependencies` in its table `project`")]
)
def test_projects_that_cannot_be_used(project, text: str, said: str) -> None:
    with pytest.raises(TargetError, match=said):
        project.write({"pyproject.toml": text}).build('requirements = "pyproject.toml"\n')


def test_neither_tool_is_there(project, without_uv: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc_targets.packaging.tools.find_spec", lambda _: None)
    with pytest.raises(TargetError, match="needs uv or pip, and neither is installed"):
        project.write({"requirements.txt": "tiny==1.0\n"}).build(REQUIREMENTS)


def test_a_tool_that_hangs(project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("specc_targets.packaging.tools.uv", lambda: "sleep")
    monkeypatch.setattr("specc_targets.packaging.tools.TIMEOUT", 0.05)
    monkeypatch.setattr("specc_targets.packaging.tools.find_spec", lambda _: None)
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr("specc_targets.packaging.tools.uv", lambda: str(program))
    with pytest.raises(TargetError, match=r"`pip install` took longer than 0\.05 seconds"):
        project.write({"requirements.txt": "tiny==1.0\n"}).build(REQUIREMENTS)


def test_passwords_in_what_a_tool_says_are_not_repeated(
    project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\necho 'cannot reach https://me:hunter2@packages.example/simple/' >&2; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("specc_targets.packaging.tools.uv", lambda: str(program))
    outcome = project.write({"requirements.txt": "tiny==1.0\n"}).build(REQUIREMENTS)
    assert outcome.codes == ["SPC515"]
    assert outcome.compilation.diagnostics[0].notes == ("cannot reach https://***@packages.example/simple/",)


@pytest.mark.usefixtures("needs_uv")
def test_a_module_that_hides_a_dependency(project, wheel) -> None:
    wheel("tiny", {"tiny/__init__.py": "", "tiny/more.py": "", "shared/theirs.py": ""})
    project.write(
        {
            "tiny.py": "ONE = 2\n",
            "shared/ours.py": "",
            "work.py": USING + "import shared.ours\n",
            "requirements.txt": "tiny==1.0",
        }
    )
    outcome = project.build(REQUIREMENTS)
    assert outcome.codes == ["SPC520"]
    assert {name for name in outcome.names if name.endswith(".py")} == {
        "work.py",
        "tiny.py",
        "shared/ours.py",
        "shared/theirs.py",
    }


@pytest.mark.usefixtures("needs_uv")
def test_large_dependencies_go_to_a_layer(project, wheel: Callable[..., Path], monkeypatch) -> None:
    monkeypatch.setattr("specc_targets.packaging.building.MAX_DIRECT", 400_000)
    wheel("tiny", {"tiny/__init__.py": "ONE = 1\n", "tiny/data.bin": b"0" * 300_000})
    project.write({"work.py": USING, "requirements.txt": "tiny==1.0\n"})
    outcome = project.build(REQUIREMENTS)
    assert outcome.names == {"work.py"}
    (layer,) = outcome.made.layers
    assert layer.path.name == f"birds-dependencies-{layer.sha256[:16]}.zip"
    assert {name.partition("/")[0] for name in zipfile.ZipFile(layer.path).namelist()} == {"python"}
    assert outcome.made.data["layers"][0]["path"] == layer.path.name
    assert outcome.made.unzipped_size == layer.unzipped_size + sum(
        info.file_size for info in zipfile.ZipFile(outcome.made.archive).infolist()
    )
    smaller = project.write({"work.py": "def do(x): return 1\n"}).build(REQUIREMENTS)
    assert smaller.made.layers == (layer,), "code changes, the layer stays"
