"""What a script has leased is its own until it has ended, whoever started it."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from specc_runtime import slots
from specc_runtime.actions.script import run
from specc_runtime.functions import use_root

HOLDS = """\
import os, subprocess
started = None
if by == "a child":
    started = subprocess.Popen(["cat", "end"], close_fds=False)
    os.closerange(3, 1000)
with open("begun", "w"):
    pass
if started is None:
    open("end").close()
else:
    started.wait()
"""


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
    for name in ("begun", "end"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "script.py").write_text(f"by = {by!r}\n{HOLDS}")
    thread = threading.Thread(target=run, args=("script.py",))
    with slots.leased_by_process({"gpu": "0", "port": "1"}):
        slots.hold({"gpu": "0", "port": "1"})
        thread.start()
        (tmp_path / "begun").read_bytes()
    files = [slots.file_of(tmp_path, *one, "use") for one in (("gpu", "0"), ("port", "1"))]
    assert [is_locked(file) for file in files] == [True, True]
    (tmp_path / "end").write_bytes(b"")
    thread.join(60)
    assert [is_locked(file) for file in files] == [False, False]
