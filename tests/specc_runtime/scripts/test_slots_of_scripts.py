"""What a script has leased is its own until it has ended, whoever started it."""

from __future__ import annotations

import fcntl
import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from specc_runtime import slots
from specc_runtime.actions.script import run
from specc_runtime.functions import use_root

HOLDS = """\
import os, subprocess
started = None
if by == "a child":
    started = subprocess.Popen(["head", "-c1", "end"], close_fds=False)
    os.closerange(3, 1000)
with open("begun", "wb", buffering=0) as file:
    file.write(b"!")
if started is None:
    open("end", "rb", buffering=0).read(1)
else:
    started.wait()
"""


@contextmanager
def pipe(path: Path) -> Iterator[int]:
    """A pipe with a name, open at both ends: nobody waits for who opens the other."""
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.mark.parametrize("by", ["itself", "a child"])
def test_a_script_holds_what_was_leased_when_its_worker_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Nobody may use it meanwhile: what ends the script may come after a new run has begun."""
    monkeypatch.setenv(slots.FOLDER, str(tmp_path))
    use_root(tmp_path)
    (tmp_path / "script.py").write_text(f"by = {by!r}\n{HOLDS}")
    things = {"gpu": "0", "port": "1"}
    thread = threading.Thread(target=run, args=("script.py",), daemon=True)
    with pipe(tmp_path / "begun") as begun, pipe(tmp_path / "end") as end:
        try:
            with slots.leased_by_process(things):
                slots.hold(things)
                thread.start()
                assert select.select([begun], [], [], 60)[0]
            locked = [is_locked(slots.file_of(tmp_path, *thing, "use")) for thing in things.items()]
        finally:
            os.write(end, b"!")
            thread.join(60)
    assert locked == [True, True]
    assert not any(is_locked(slots.file_of(tmp_path, *thing, "use")) for thing in things.items())
