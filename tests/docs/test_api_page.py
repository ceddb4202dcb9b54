"""Every block of `docs/api.md` runs, prints what its comments say, and is sound to mypy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"
_PRINT = re.compile(r"^( *)print\(.*?\)(?:  # (?P<expected>.*))?$")


@pytest.fixture
def program(snippets: ModuleType, tmp_path: Path) -> Path:
    """The files of the page, and all its examples as one program."""
    blocks = []
    for info, body, _ in snippets.blocks(PAGE.read_text(encoding="utf-8")):
        language, _, name = info.partition(" ")
        if name:
            (tmp_path / name).write_text(body)
        elif language == "python":
            blocks.append(body)
    assert len(blocks) > 8
    (tmp_path / "program.py").write_text("\n".join(blocks))
    return tmp_path / "program.py"


def expected(text: str) -> list[str]:
    """What the comments say is printed, in order; `tell` prints the steps, an empty list an empty line."""
    found = [match["expected"] or "" for line in text.splitlines() if (match := _PRINT.match(line))]
    tell = found.index("")
    found[tell : tell + 1] = ["birds", "flap"]
    return found


@pytest.mark.slow
def test_examples_print_what_they_say(program: Path) -> None:
    done = subprocess.run(
        [sys.executable, program.name], cwd=program.parent, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected(program.read_text())


@pytest.mark.slow
def test_examples_are_typed(program: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(program.parent / "cache")]
    folders = ":".join(str(ROOT / name) for name in ("compiler", "schemas", "targets"))
    done = subprocess.run(
        [*command, "--follow-imports=silent", "program.py"],
        cwd=program.parent,
        env={"MYPYPATH": folders, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.stdout == "Success: no issues found in 1 source file\n", done.stdout + done.stderr


@pytest.mark.slow
def test_commands(snippets: ModuleType, program: Path) -> None:
    for item in snippets.steps(PAGE.read_text(encoding="utf-8")):
        if isinstance(item, snippets.Command):
            words = item.line.replace("python ", f"{sys.executable} ", 1)
            printed = snippets.run(snippets.Command(words, item.expected, item.start, item.end), program.parent)
            assert "1 passed" in printed
