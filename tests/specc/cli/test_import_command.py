"""`specc import kogine`: where the spec goes, what is said, and how the command ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Severity
from specc.frontend import check

Run = Callable[..., Any]
SCRIPT = "lr = 0.1\nname = None\nseed = 0\n\n\ndef main():\n    return lr\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script, and the folder that it is in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(SCRIPT)
    return tmp_path


@pytest.fixture
def run(specc: Callable[..., Any]) -> Callable[..., Any]:
    """Import a configuration for the script."""

    def call(config: str, *options: str) -> Any:
        Path("config.py").write_text(config)
        return specc("import", "kogine", "config.py", "train.py", *options)

    return call


def test_standard_output_has_nothing_but_the_spec(run: Run) -> None:
    result = run("lr = 2\nother = 1\n")
    assert result.code == 0
    assert result.out.startswith("# Made by `specc import kogine` from config.py, train.py.\n")
    assert "globals.lr = 2\n" in result.out
    assert "warning[SPC608]" in result.err
    assert "warning" not in result.out


def test_a_file_that_is_there_stays(run: Run) -> None:
    Path("spec.toml").write_text("mine")
    result = run("lr = 2\n", "-o", "spec.toml")
    assert result.code == 2
    assert "refusing to overwrite `spec.toml`" in result.err
    assert Path("spec.toml").read_text() == "mine"
    assert run("lr = 2\n", "-o", "spec.toml", "--force").out == "spec.toml\n"
    assert "globals.lr = 2" in Path("spec.toml").read_text()


def test_a_link_to_nowhere_stays(run: Run) -> None:
    Path("spec.toml").symlink_to("elsewhere")
    assert run("lr = 2\n", "-o", "spec.toml").code == 2
    assert not Path("elsewhere").exists()


@pytest.mark.parametrize("name", ["spec.yaml", "spec.toml"])
def test_the_format_is_that_of_the_file(run: Run, name: str) -> None:
    assert run("lr = 2\nname = None\n", "-o", name).code == 0
    assert ("kind: pipeline" in Path(name).read_text()) is (name == "spec.yaml")
    assert [one for one in check(Path(name)).diagnostics if one.severity is Severity.ERROR] == []


def test_a_spec_in_another_folder(run: Run) -> None:
    Path("specs").mkdir()
    assert run("lr = 2\n\n\ndef name():\n    pass\n", "-o", "specs/train.toml").code == 0
    text = Path("specs/train.toml").read_text()
    assert 'root = ".."' in text
    assert 'script = "train.py"' in text
    assert '{ ref = "config:name" }' in text
    assert [one.message for one in check(Path("specs/train.toml")).diagnostics if one.severity is Severity.ERROR] == []


def test_a_file_that_cannot_be_imported_is_not_referred_to(specc: Run) -> None:
    Path("my-config.py").write_text("def name():\n    pass\n")
    result = specc("import", "kogine", "my-config.py", "train.py")
    assert result.code == 2
    assert "error[SPC603]: `name` is a function, and `my-config.py` cannot be imported" in result.err


@pytest.mark.parametrize("given", [["missing.py", "train.py"], ["train.py", "missing.py"], ["train.py", "no module"]])
def test_files_that_are_not_there(given: list[str], specc: Run) -> None:
    result = specc("import", "kogine", *given)
    assert result.code == 2
    assert "SPC602" in result.err


def test_usage(run: Run, specc: Run) -> None:
    assert run("lr = 1\n", "--workers", "2").code == 2
    assert run("lr = 1\n", "--entry", "other").code == 2
    assert specc("import", "kogine").code == 2


# -- with --run


def test_run_knows_what_reading_does_not(run: Run) -> None:
    config = (
        "import random\nfrom kohakuengine import Config\nrandom.seed(0)\nlr = round(random.random(), 3)\nname = {1}\n"
    )
    assert "SPC601" in run(config).err
    result = run(config, "--run")
    assert result.code == 0, result.err
    assert "globals.lr = 0.844" in result.out
    assert 'globals.name = { ref = "config:name" }' in result.out


def test_what_the_file_prints_is_no_part_of_the_spec(run: Run) -> None:
    result = run("import os\nprint('[steps.evil]')\nos.write(1, b'loud')\nlr = 3\n", "--run")
    assert result.code == 0
    assert "globals.lr = 3" in result.out
    assert "evil" not in (result.out + result.err)
    assert "loud" not in (result.out + result.err)


@pytest.mark.parametrize(
    ("config", "code", "message"),
    [
        ("lr = 1\nraise KeyError('x')\n", 1, "`config.py` ends with KeyError: 'x'"),
        ("lr = 1\nraise SystemExit(0)\n", 1, "ends with SystemExit: 0"),
        ("import os\nos._exit(0)\n", 1, "ended its process, so it gave nothing"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", 1, "ended its process"),
        ("lr = 1\nimport not_installed_anywhere\n", 3, "No module named 'not_installed_anywhere'"),
        (
            "from kohakuengine import Config\nCONFIG = Config({'lr': [lambda: 1]})\n",
            2,
            "`lr` is of the kind `function`",
        ),
        ("from kohakuengine import Config\nCONFIG = Config({'lr': 1e999})\n", 2, "`lr` is `inf`, which a spec"),
        ("def config_gen():\n    yield 1\n", 2, "a configuration is of the kind `int`"),
        ("lr = input()\n", 1, "EOFError"),
        ("lr = []\nlr.append(lr)\n", 1, "Recursion"),
        ("lr = list(range(100_000))\n", 1, "too large for a spec"),
        ("import os\nlr = os.environ['SECRET']\n", 1, "KeyError: 'SECRET'"),
    ],
)
def test_runs_that_fail(run: Run, config: str, code: int, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    result = run(config, "--run")
    assert result.code == code, result.err
    assert message in result.err
    assert "Traceback" not in (result.out + result.err)
    assert not result.out


def test_a_run_that_raises_names_the_line(run: Run) -> None:
    assert "config.py:3:1" in run("lr = 1\n\nraise ValueError('no')\n", "--run").err


def test_a_run_has_a_limit_of_time_and_leaves_nothing_behind(run: Run) -> None:
    config = (
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path('child').write_text(str(child.pid))\ntime.sleep(600)\n"
    )
    result = run(config, "--run", "--time-limit", "1.5")
    assert result.code == 1
    assert "took longer than 1.5 s" in result.err
    assert _ends(int(Path("child").read_text()))


def test_a_run_has_a_limit_of_configurations(run: Run) -> None:
    config = "from kohakuengine import Config\ndef config_gen():\n    while True:\n        yield Config({'lr': 1})\n"
    result = run(config, "--run", "--limit", "5")
    assert result.code == 2
    assert "gives more than 5 configurations, or never ends" in result.err


def _ends(process: int) -> bool:
    """Whether a process is gone, or about to be."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        except OSError:
            os.kill(process, 0)
            return False
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
