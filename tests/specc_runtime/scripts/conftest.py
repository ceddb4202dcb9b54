"""A package with scripts in it, and what they print."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from specc_runtime import capture
from specc_runtime.actions.script import run
from specc_runtime.functions import use_root


class Runner:
    """Runs scripts of a package as the action does, and keeps the lines that they print."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lines: list[tuple[str, str]] = []

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
        return path

    def __call__(self, text: str | None = None, **arguments: Any) -> Any:
        if text is not None:
            self.write("script.py", text)
        if "module" not in arguments:
            arguments.setdefault("script", "script.py")
        use_root(self.root)
        self.lines.clear()
        with capture.installed(lambda place, stream, level, line: self.lines.append((stream, line))):
            return run(**arguments)

    @property
    def out(self) -> list[str]:
        return [line for stream, line in self.lines if stream == "stdout"]

    @property
    def err(self) -> list[str]:
        return [line for stream, line in self.lines if stream == "stderr"]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.setenv("SPECC_STORE", (tmp_path / "store").as_uri())
    root = tmp_path / "package"
    root.mkdir()
    return Runner(root)
