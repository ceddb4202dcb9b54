"""A run that is asked to stop does: `finally` runs once, the exit code says why, and it can be taken up again."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from e2e.kill_specs import SPECS
from e2e.killing import Folder, Journal, Marks, nothing_repeated

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("name", SPECS)
def test_asked_to_stop_and_taken_up_again(name: str, number: signal.Signals, tmp_path: Path) -> None:
    killed = SPECS[name]
    chance = random.Random(f"{name}/{number}")
    folder = Folder(tmp_path / name, killed)
    process = folder.start()
    folder.stop_after(process, chance.randint(1, len(killed.calls)), 0.0, number)  # a run writes twice as many lines
    assert folder.finish(process) == 128 + number, folder.errors
    assert folder.outcome["status"] == "interrupted"
    assert "Traceback" not in folder.errors
    assert "GeneratorExit" not in folder.errors
    marks, journal = nothing_repeated(folder, killed, Marks(), Journal())
    assert marks.ended["finally/report failed"] == 1
    assert marks.begun["finally/report succeeded"] == 0
    before = journal.good - {"finally/report"}  # the status that it is told is another one now
    assert folder.finish(folder.start("--resume")) == 0, folder.errors
    after, journal = nothing_repeated(folder, killed, marks, Journal(before, frozenset()))
    assert folder.outcome["outputs"] == killed.outputs
    assert not killed.calls - set(after.ended)
    assert not killed.calls - journal.good
    assert after.ended["finally/report succeeded"] == 1
    assert after.ended["finally/report failed"] == 1
