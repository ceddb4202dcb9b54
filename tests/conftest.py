"""What every test may use: accepting golden files, a folder of throwaway specs, the command line in-process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

REPOSITORY = Path(__file__).parent.parent
pytest_plugins = ["browser", "conformance.table", "judges.ladder"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what is produced over the golden files")


@pytest.fixture(scope="session")
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def golden(accept: bool) -> Callable[[Path, str | bytes], None]:
    """`golden(path, produced)` compares with the file, or writes it under `--accept`."""

    def compare(path: Path, produced: str | bytes) -> None:
        data = produced.encode() if isinstance(produced, str) else produced
        if accept:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        assert path.exists(), f"{path} is missing; look at what is produced, then run pytest --accept"
        if isinstance(produced, str):
            assert produced == path.read_text(encoding="utf-8")
        else:
            assert data == path.read_bytes()

    return compare


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write("a.toml", text)` makes a file (dedented) below the test's own folder and returns its path."""

    def make(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        return path

    return make


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return REPOSITORY
