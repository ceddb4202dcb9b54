"""A program ends with all that it has started."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specc_runtime.programs import groups

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the group can be found")
PATIENCE = 30


class Alive:
    """A pipe that is open as long as some process has it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "alive"
        os.mkfifo(self.path)
        self.reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)

    def ended(self) -> bool:
        return bool(select.select([self.reader], [], [], PATIENCE)[0]) and os.read(self.reader, 1) == b""


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[Alive]:
    found = Alive(tmp_path)
    yield found
    os.close(found.reader)


STARTED = {
    "children": "sleep 600 & (sleep 600 &) ; sleep 600 & echo; WAIT",
    "a session of its own": "setsid sleep 600 & echo; WAIT",
    "a daemon": "(setsid sh -c 'sleep 600 & sleep 600' &) ; echo; WAIT",
    "without an environment": "env -i setsid sleep 600 & echo; WAIT",
    "one that ignores signals": "trap '' TERM INT HUP; sleep 600 & echo; WAIT",
}


@pytest.mark.parametrize("waits", [True, False], ids=["running", "ended"])
@pytest.mark.parametrize("name", STARTED)
def test_nothing_is_left(name: str, waits: bool, alive: Alive, tmp_path: Path) -> None:
    if name == "without an environment" and not waits:
        pytest.skip("nothing tells whose it is")
    text = f"exec 3> {alive.path}; " + STARTED[name].replace("WAIT", "sleep 600" if waits else "exit 0")
    process = groups.start(["sh", "-c", text], folder=tmp_path, environment=os.environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(1) == b"\n"
    if not waits:
        groups.ended(process)
    groups.kill_group(process.pid)
    process.wait()
    process.stdout.close()
    assert alive.ended(), "some process is left"


def test_other_children_are_left_alone(alive: Alive, tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "600"]) as other:
        process = groups.start(["true"], folder=tmp_path, environment=os.environ)
        beside = groups.start(["sleep", "600"], folder=tmp_path, environment=os.environ)
        groups.kill_group(process.pid)
        assert (process.wait(), beside.poll(), other.poll()) in {(0, None, None), (-9, None, None)}
        groups.kill_all()
        assert beside.wait() == -9
        assert other.poll() is None
        other.kill()
