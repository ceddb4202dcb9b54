"""The benches of the editor run; how fast is not asked here."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

EDITOR: Any = runpy.run_path(str(Path(__file__).parents[1] / "bench" / "editor.py"))


@pytest.mark.parametrize("format", ["toml", "yaml"])
def test_a_session(tmp_path: Path, format: str) -> None:
    result = EDITOR["session"](12, format, tmp_path)
    assert len(result.milliseconds) >= 60
    assert 0 < min(result.milliseconds) <= result.share(0.95)
    rows = EDITOR["table"]({(300, format): result}).splitlines()
    assert len(rows) == 3
    assert f"| 300 | {format.upper()} |" in rows[2]
    assert "| 100 ms |" in rows[2]


@pytest.mark.parametrize("format", ["toml", "yaml"])
def test_keystrokes_break_and_mend(format: str) -> None:
    text = EDITOR["written"](12, format)
    versions = list(EDITOR["keystrokes"](text, format))
    assert versions.count(text) >= 5
    assert len(set(versions)) >= 60
    assert versions[-1] == text
