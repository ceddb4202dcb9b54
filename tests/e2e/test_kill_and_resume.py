"""A run that is killed at any moment is taken up again: nothing is lost, and nothing that had finished happens again."""

from __future__ import annotations

import random
import signal
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from e2e.kill_specs import SPECS, Killed
from e2e.killing import Folder, Journal, Marks, nothing_repeated, read_journal

pytestmark = pytest.mark.slow
KILLS = 200
PER_TEST = 5
AT_A_TIME = 3
CASES = [(name, number) for name in SPECS for number in range(KILLS // PER_TEST // len(SPECS))]


@cache
def undisturbed(name: str, base: Path) -> tuple[int, float]:
    """How many lines a run that nobody kills writes, and its seconds. It gives what was computed by hand."""
    folder = Folder(base / f"undisturbed-{name}", SPECS[name])
    assert folder.finish(folder.start()) == 0, folder.errors
    assert folder.outcome["outputs"] == SPECS[name].outputs
    assert folder.journal().good >= SPECS[name].calls
    return folder.lines, folder.outcome["duration"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name}-{number}" for name, number in CASES])
def test_killed_and_taken_up_again(name: str, number: int, base: Path) -> None:
    lines, seconds = undisturbed(name, base)
    chance = random.Random(f"{name}/{number}")
    points = []
    for kind in ("start", "middle", "middle", "middle", "end"):
        twice = chance.random() < 0.3
        points.append([_point(kind, seconds, chance), *([_point("middle", seconds, chance)] * twice)])
    folders = [Folder(base / f"{name}-{number}-{index}", SPECS[name]) for index in range(PER_TEST)]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(lambda folder, moments: _kill_and_resume(folder, SPECS[name], lines, moments), folders, points))


Point = tuple[float, float]
"""How much of what the run has still to write is to be written, and seconds after that."""


def _point(kind: str, seconds: float, chance: random.Random) -> Point:
    """A moment in the life of a run."""
    if kind == "start":
        return 0.0, chance.uniform(0.0, 0.3 + seconds)
    if kind == "end":
        return chance.uniform(0.97, 1.0), chance.uniform(0.0, 0.05)
    return chance.uniform(0.0, 1.0), chance.uniform(0.0, 0.008)


def _kill_and_resume(folder: Folder, killed: Killed, total: int, points: list[Point]) -> None:
    marks, journal = Marks(), Journal()
    for part, seconds in points:
        process = _start(folder)
        there = folder.lines
        folder.stop_after(process, there + round(part * max(0, total - there)), seconds, signal.SIGKILL)
        code = folder.finish(process)
        assert code in {0, -signal.SIGKILL}, folder.errors
        marks, journal = nothing_repeated(folder, killed, marks, journal)
    assert folder.finish(_start(folder)) == 0, folder.errors
    _, journal = nothing_repeated(folder, killed, marks, journal)
    _whole(folder, killed, journal)


def _start(folder: Folder) -> subprocess.Popen[bytes]:
    """Take up the run; where a process was killed before it had made one, that is said, and a new one begins."""
    if folder.runs():
        return folder.start("--resume")
    if (folder.path / "out").exists():
        assert folder.finish(folder.start("--resume")) == 2, folder.errors
        assert "run" in folder.errors
        assert "Traceback" not in folder.errors
        assert not folder.marks().begun
    return folder.start()


def _whole(folder: Folder, killed: Killed, journal: Journal) -> None:
    """The run has ended as if nobody had killed it."""
    assert folder.outcome["status"] == "succeeded"
    assert folder.outcome["outputs"] == killed.outputs
    assert [folder.outcome["run"]] == [path.name for path in folder.runs()], "taking up a run has made another one"
    assert not killed.calls - set(folder.marks().ended), "some calls were never made"
    assert not killed.calls - journal.good, "some results are not in the journal"
    assert folder.marks().ended["finally/report succeeded"] >= 1
    assert folder.marks().begun["finally/report failed"] == 0


def test_what_happens_again_would_be_noticed(base: Path) -> None:
    """A run that is begun anew, instead of being taken up, does everything again."""
    killed = SPECS["threads"]
    folder = Folder(base / "anew", killed)
    process = folder.start()
    folder.stop_after(process, 40, 0.0, signal.SIGKILL)
    folder.finish(process)
    marks, journal = folder.marks(), folder.journal()
    assert len(journal.good) > 10
    assert folder.finish(folder.start()) == 0, folder.errors
    with pytest.raises(AssertionError, match="began again"):
        nothing_repeated(folder, killed, marks, journal)


def test_the_reader_of_journals_here_finds_damage() -> None:
    text = b'["item","work",3,9,1.5,0.1,0.0]'
    line = b"%08x %s\n" % (zlib.crc32(text), text)
    assert read_journal(line + line[:20]) == Journal(frozenset({"work[3]"}), frozenset(), 1)
    with pytest.raises(AssertionError, match="damaged"):
        read_journal(line.replace(b"9", b"8") + line)
