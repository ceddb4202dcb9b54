"""Type checker and linter over many projects at once, so that starting them is paid once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

TIMEOUT = 300
_SAID = re.compile(r"^(?P<project>[^/]+)/(?P<file>[^:]+):(?P<line>\d+):\d+: (?P<what>.*)$", re.MULTILINE)
_TOO_LONG = re.compile(r'^ *(?:[a-z_]+=)?(?:aws\.[A-Za-z0-9._]+\(|"[^"]*",?|\'[^\']*\',?)$')
"""A line that can be no shorter: the name of a class, or a text in one piece."""
WIDTH = 100


def _run(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=TIMEOUT
    )
    # Both end with 1 where they have found something, and with anything else where they could not look.
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def write_projects(projects: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Each project in a folder of its own."""
    for name, files in projects.items():
        (folder / name).mkdir(parents=True)
        for file, text in files.items():
            (folder / name / file).write_text(text, encoding="utf-8")


def type_faults(folder: Path) -> dict[str, list[str]]:
    """Project -> what `ty` has against its programs. Projects know nothing of each other."""
    text = _run("ty", "check", "--output-format", "concise", "--python", sys.prefix, ".", folder=folder)
    assert "All checks passed" in text or _SAID.search(text), text
    found: dict[str, list[str]] = {}
    for item in _SAID.finditer(text):
        found.setdefault(item["project"], []).append(item["what"])
    return found


def style_faults(folder: Path) -> str:
    """What `ruff` would change or has to say, and lines that are too long and need not be."""
    found = ""
    format_ = _run("ruff", "format", "--isolated", "--line-length", str(WIDTH), "--check", ".", folder=folder)
    if "would be reformatted" in format_:
        found += format_
    lint = _run("ruff", "check", "--isolated", "--line-length", str(WIDTH), "--select", "F,E,W,I,UP", "--ignore", "E501",
                "--target-version", "py311", "--config", "src = ['*']", ".", folder=folder)  # fmt: skip
    if "All checks passed" not in lint:
        found += lint
    for path in sorted(folder.glob("*/*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > WIDTH and not _TOO_LONG.match(line):
                found += f"{path.relative_to(folder)}:{number}: too long: {line}\n"
    return found
