"""Which of the user's files are shipped: those that steps reach, those that are named, and none from elsewhere."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from specc.packaging import EscapeError, expand
from specc.targets import TargetError


def test_only_what_steps_reach(project) -> None:
    project.write(
        {
            "work.py": "def do(x):\n    from pkg.deep import more\n    return more.f(x)\n",
            "pkg/__init__.py": "from .near import *\n",
            "pkg/near.py": "__all__ = []\n",
            "pkg/deep/more.py": "import importlib\nlate = importlib.import_module('later')\n",
            "later.py": "",
            "pkg/unused.py": "",
            "test_work.py": "import work\n",
            ".venv/pyvenv.cfg": "",
        }
    )
    outcome = project.build()
    assert outcome.codes == []
    assert outcome.names == {"work.py", "pkg/__init__.py", "pkg/near.py", "pkg/deep/more.py", "later.py"}


def test_a_plugin_that_is_included_brings_what_it_imports(project) -> None:
    project.write({"plugins/one.py": "import helper\n", "helper.py": "", "plugins/two.py": ""})
    assert project.build('include = ["plugins/o*.py"]\n').names == {"work.py", "plugins/one.py", "helper.py"}


def test_the_root_may_be_another_folder(project) -> None:
    (project.root / "work.py").unlink()
    project.write({"src/work.py": "def do(x): return x\n", "src/data/a.csv": "", "data/b.csv": ""})
    assert project.build('root = "src"\ninclude = ["data"]\n').names == {"work.py", "data/a.csv"}


def test_modules_of_another_folder_on_the_path_stand_where_their_name_says(
    project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an editable install of a package beside the project makes them."""
    (tmp_path / "beside/lib").mkdir(parents=True)
    (tmp_path / "beside/lib/__init__.py").write_text("")
    (tmp_path / "beside/lib/part.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path / "beside")
    project.write({"work.py": "import lib.part\ndef do(x): return x\n"})
    outcome = project.build()
    assert outcome.names == {"work.py", "lib/__init__.py", "lib/part.py"}
    assert str(tmp_path) not in outcome.made.manifest.read_text()


FILES = ("a.csv", "data/b.csv", "data/deep/c.csv", "data/deep/d.txt", ".env", "data/.hidden/e.csv", "data/f.pyc")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.csv", ["a.csv"]),
        ("**/*.csv", ["a.csv", "data/b.csv", "data/deep/c.csv"]),
        ("data", ["data/b.csv", "data/deep/c.csv", "data/deep/d.txt"]),
        ("./data/", ["data/b.csv", "data/deep/c.csv", "data/deep/d.txt"]),
        ("data/*", ["data/b.csv"]),
        ("data/**", ["data/b.csv", "data/deep/c.csv", "data/deep/d.txt"]),
        ("data/*/c.csv", ["data/deep/c.csv"]),
        ("data/**/deep/?.[ct]*", ["data/deep/c.csv", "data/deep/d.txt"]),
        ("data/.hidden/*", ["data/.hidden/e.csv"]),
        (".env", [".env"]),
        (".*", [".env"]),
        ("absent/*.csv", []),
        ("A.CSV", []),
        ("a.csv/x", []),
        ("x" * 300, []),
        (".", ["a.csv", "data/b.csv", "data/deep/c.csv", "data/deep/d.txt"]),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    for name in (*FILES, "__pycache__/a.csv", "node_modules/a.csv", "env/pyvenv.cfg", "env/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [name for name, _ in expand(pattern, tmp_path)] == expected


@pytest.mark.parametrize(
    "pattern", ["../a", "a/../../b", "/etc/passwd", "~/x", "a\\..\\b", "link/x.csv", "link", "file", "*.lnk"]
)
def test_nothing_leads_out(tmp_path: Path, pattern: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "x.csv").write_text("secret")
    (root / "link").symlink_to(outside)
    (root / "file").symlink_to(outside / "x.csv")
    (root / "one.lnk").symlink_to("../outside/x.csv")
    with pytest.raises(EscapeError):
        expand(pattern, root)


def test_links_within_the_root_are_files_like_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    (tmp_path / "b.csv").symlink_to("a.csv")
    (tmp_path / "loop").symlink_to(".")
    os.mkfifo(tmp_path / "pipe.csv")
    assert [name for name, _ in expand("**/*.csv", tmp_path)] == ["a.csv", "b.csv"]


def test_an_escape_is_refused_when_the_spec_is_checked(project, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hidden")
    (project.root / "link.txt").symlink_to(tmp_path / "secret.txt")
    outcome = project.build('include = ["link.txt", "../secret.txt", "*.none"]\n')
    assert sorted(outcome.codes) == ["SPC511", "SPC512", "SPC512"]
    assert outcome.built is None
    said = [found.message for found in outcome.compilation.diagnostics if found.code == "SPC512"]
    assert said == [
        "`link.txt` in `package.include` leads out of the package's root by the link `link.txt`",
        "`../secret.txt` in `package.include` leads out of the package's root with `..`",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [("poetry.lock", "is no list of requirements"), ("uv.lock", "does not exist"), ("deps/all.txt", "does not exist")],
)
def test_lists_of_requirements_that_are_not_there(project, name: str, said: str) -> None:
    outcome = project.build(f'requirements = "{name}"\n')
    assert outcome.codes == ["SPC522"]
    assert said in outcome.compilation.diagnostics[0].message


def test_secrets_are_warned_of(project) -> None:
    project.write({".env": "A=1", "certs/a.pem": "x", "notes.txt": ""})
    (project.root / "settings.txt").symlink_to(".env")
    outcome = project.build('include = [".env", "certs", "*.txt"]\n')
    assert [found.message.split("`")[1] for found in outcome.compilation.diagnostics] == [
        ".env",
        "certs/a.pem",
        "settings.txt",
    ]
    assert set(outcome.codes) == {"SPC516"}
    assert outcome.built is not None


def test_what_was_built_is_not_built_in(project) -> None:
    project.write({"build/birds/old.zip": "", "dist/a.whl": "", "data/build/a.csv": "", "notes.txt": ""})
    first = project.build('include = ["**"]\n')
    second = project.build('include = ["**"]\n')
    assert first.names == {"work.py", "notes.txt", "birds.toml"}
    assert first.made.sha256 == second.made.sha256
    (project.root / "out/mine.txt").write_text("")
    third, fourth = project.build('include = ["**"]\n', "."), project.build('include = ["**"]\n', ".")
    assert third.names == {
        "work.py",
        "notes.txt",
        "birds.toml",
        *(f"out/{path.name}" for path in (project.root / "out").iterdir()),
    }
    assert third.made.sha256 == fourth.made.sha256
    assert project.build('include = ["data/build/*"]\n').names == {"work.py", "data/build/a.csv"}


def test_specs_that_run_as_steps_bring_their_functions_and_files(project) -> None:
    project.write(
        {
            "inner.toml": 'specc = 1\nkind = "pipeline"\nname = "inner"\n[steps.one]\ncall = "other:do"\n'
            '[package]\ninclude = ["*.csv"]\n',
            "other.py": "def do(): return 1\n",
            "a.csv": "",
        }
    )
    outcome = project.build('[steps.inner]\npipeline = "inner.toml"\n')
    assert outcome.codes == []
    assert outcome.names == {"work.py", "other.py", "a.csv"}


def test_a_runtime_beside_the_steps_is_not_shipped_twice(project) -> None:
    project.write({"specc_runtime/__init__.py": "", "specc_runtime/mine.py": ""})
    project.write({"work.py": "import specc_runtime.mine\ndef do(x): return x\n"})
    archive = project.build('include = ["specc_runtime"]\n').made.archive
    names = zipfile.ZipFile(archive).namelist()
    assert len(names) == len(set(names))
    assert "specc_runtime/mine.py" not in names


def test_a_name_that_is_no_text(project) -> None:
    Path(os.fsdecode(os.fsencode(project.root) + b"/\xff.csv")).write_text("")
    with pytest.raises(TargetError, match="has a name that is no text"):
        project.build('include = ["*.csv"]\n')


def test_scripts_are_shipped_with_what_stands_beside_them(project) -> None:
    project.write(
        {
            "scripts/train.py": "import beside, json, top\nlr = 1\n",
            "scripts/beside.py": "from deeper import x\n",
            "scripts/deeper/__init__.py": "x = 1\n",
            "scripts/unused.py": "",
            "beside.py": "",
            "top.py": "",
            "losses.py": "import more_losses\ndef huber(): ...\n",
            "more_losses.py": "",
            "tools/__init__.py": "",
            "tools/__main__.py": "from . import part\n",
            "tools/part.py": "",
        }
    )
    steps = (
        '[steps.train]\nscript = "scripts/train.py"\nglobals.lr = { ref = "losses:huber" }\n'
        '[steps.tools]\nmodule = "tools"\n'
    )
    outcome = project.build("\n" + steps)
    assert outcome.codes == []
    assert outcome.names == {
        *("work.py", "scripts/train.py", "scripts/beside.py", "scripts/deeper/__init__.py", "top.py", "losses.py"),
        *("more_losses.py", "tools/__init__.py", "tools/__main__.py", "tools/part.py"),
    }
