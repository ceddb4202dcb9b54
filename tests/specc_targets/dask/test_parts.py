"""What needs no cluster: names of engines, values on their way, the project on its way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from specc_targets.dask import EngineError, open_dask
from specc_targets.dask.cluster import checked
from specc_targets.remote.packing import pack, unpack
from specc_targets.remote.project import MOST, digest_of, read_project, unfold


class Point:
    """What only pickle can write."""

    def __init__(self, x: int) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and other.x == self.x

    def __repr__(self) -> str:
        return "a point"

    __hash__ = None


@pytest.mark.parametrize(
    "value",
    [None, 1, 2**80, "ü", [1, {"a": [None]}], b"\0\xff", {"a": b"1", "b": [b"2", {"c": 3}]}, {"a": Point(1)}, {}],
    ids=repr,
)
def test_values_arrive_as_they_were(value: object) -> None:
    assert unpack(pack(value)) == value


def test_json_travels_as_json() -> None:
    assert pack({"a": [1]}) == ("json", b'{"a":[1]}')


@pytest.mark.parametrize(
    "text", ["http://a:1", "tcp://a", "tcp://:1", "a:1", "tcp://a:x", "tcp://a:99999", "tcp://a:1/b", "SLURM"]
)
def test_addresses_that_are_none(text: str, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(EngineError, match="is no address"):
        open_dask(text, tmp_path, None)


def test_addresses_that_are() -> None:
    for text in ("tcp://127.0.0.1:8786", "tls://host.example:1", "tcp://[::1]:8786"):
        assert checked(text) == text


@pytest.mark.parametrize(("engine", "extra"), [(None, "dask"), ("slurm", "slurm")])
def test_without_the_package_the_install_line_is_said(
    engine: str | None, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"dask": "distributed", "slurm": "dask_jobqueue"}[extra]
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EngineError, match=rf"pip install '\.\[{extra}\]'"):
        open_dask(engine, tmp_path, None)


def test_nothing_of_dask_is_loaded_before_it_is_needed(repository: Path) -> None:
    import subprocess

    code = (
        "import sys, specc_targets.dask; print([n for n in sys.modules if n.split('.')[0] in ('dask', 'distributed')])"
    )
    paths = [str(repository / name) for name in ("compiler", "schemas", "targets")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_a_project_arrives_whole(root: Path, tmp_path: Path) -> None:
    for name in (
        "pkg/__init__.py",
        "pkg/data.csv",
        ".git/config",
        "__pycache__/x.pyc",
        "venv/pyvenv.cfg",
        "venv/lib.py",
        ".hidden",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    project = read_project(root)
    assert project.archive is not None
    unfold(project.archive, tmp_path / "there")
    there = {
        path.relative_to(tmp_path / "there").as_posix() for path in (tmp_path / "there").rglob("*") if path.is_file()
    }
    assert there == {"work.py", "helper.py", "pkg/__init__.py", "pkg/data.csv"}
    assert digest_of(tmp_path / "there") == project.digest == digest_of(root)
    assert read_project(root) == project
    (tmp_path / "there" / "helper.py").write_text("x = 1")
    assert digest_of(tmp_path / "there") != project.digest


def test_a_project_that_is_too_large_is_not_sent(root: Path) -> None:
    with (root / "large.bin").open("wb") as file:
        file.truncate(MOST + 1)
    assert read_project(root).archive is None
