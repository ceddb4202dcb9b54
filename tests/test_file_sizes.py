"""A file holds one idea: about 150 lines, and never more than 400 unless it says why."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

LIMIT = 400
REASON = re.compile(r"^# long because: \S.{10,}", re.MULTILINE)
"""A file beyond the limit carries such a line."""


def sources(repository: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [line for line in listed.stdout.splitlines() if not line.startswith("tests/golden/")]  # what is produced
    return [path for line in files if (path := repository / line).exists()]


def test_no_file_is_too_long(repository: Path) -> None:
    found = sources(repository)
    assert len(found) > 50
    long = {}
    for path in found:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LIMIT and REASON.search(text) is None:
            long[str(path.relative_to(repository))] = text.count("\n")
    assert not long, f"longer than {LIMIT} lines without a line `# long because: ...`"


def test_no_file_names_a_package_registry(repository: Path) -> None:
    """Locks and settings of package managers must work wherever the packages come from."""
    locks = [path for path in repository.glob("tests/**/package-lock.json") if "node_modules" not in path.parts]
    for lock in locks:
        assert '"resolved"' not in lock.read_text(encoding="utf-8"), (
            f"{lock}: npm config omit-lockfile-registry-resolved"
        )
