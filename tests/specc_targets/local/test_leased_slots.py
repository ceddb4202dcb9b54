"""Things that only one call may have at a time: whatever dies, and whoever else runs, nobody meets anybody.

The witness is a socket in the kernel's own namespace: it is there exactly as long as some process has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import specc

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the witness needs Linux")
HEAD = 'specc = 1\nkind = "pipeline"\nname = "leased"\n'
USE = """
import os, signal, socket, sys, time

def note(text):
    file = os.open(os.environ["NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{text}\\n".encode())

def worker():
    parent = os.getppid()
    if b"server.py" not in open(f"/proc/{parent}/cmdline", "rb").read():
        return parent
    return int(open(f"/proc/{parent}/stat").read().rpartition(")")[2].split()[1])

def use(x, how=""):
    thing = os.environ["SPECC_SLOT_GPU"]
    witness = socket.socket(socket.AF_UNIX)
    try:
        witness.bind("\\0" + os.environ["NOTES"] + thing)
    except OSError:
        note(f"meets {thing} {x}")
        raise
    note(f"uses {thing} {x}")
    time.sleep(0.01)
    if how == "leaves" and os.fork() == 0:
        os.setsid()
        for stream in (0, 1, 2):
            os.close(stream)
        time.sleep(600)
    if how == "kills its worker":
        os.kill(worker(), signal.SIGKILL)
    if how in ("hangs", "kills its worker"):
        time.sleep(600)
    if how == "kills itself":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "fails":
        sys.exit(3)
    if how == "kills the engine" and not os.path.exists("killed"):
        open("killed", "w").close()
        os.kill(int(open(os.environ["NOTES"] + ".engine").read()), signal.SIGKILL)
        time.sleep(600)
    return thing

if __name__ == "__main__":
    use(sys.argv[1], *sys.argv[2:])
"""
HOW = ["", "leaves", "kills its worker", "hangs", "kills itself", "fails"]


class Project:
    """A folder with what uses things, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.notes = folder, folder / "notes"
        (folder / "user.py").write_text(USE)
        self.environment = {**os.environ, "NOTES": str(self.notes), "SPECC_STATE": str(folder / "state")}

    def write(self, text: str) -> Path:
        (self.folder / "spec.toml").write_text(HEAD + text)
        return self.folder / "spec.toml"

    def said(self) -> Counter[str]:
        return Counter(line.split()[0] for line in self.notes.read_text().splitlines())

    def start(self, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", *options]
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        Path(f"{self.notes}.engine").write_text(str(process.pid))
        return process


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    found = Project(tmp_path)
    for name in ("NOTES", "SPECC_STATE"):
        monkeypatch.setenv(name, found.environment[name])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("action", ["command", "script"])
def test_nobody_meets_anybody_whatever_dies(project: Project, action: str) -> None:
    """Two steps with one slot; more cells than things; programs that fail, hang, leave others behind, kill theirs."""
    cells = [[number, HOW[number % len(HOW)]] for number in range(12)]
    words = '"${cell[0]}", "${cell[1]}"]'
    does = (
        f'command = ["{sys.executable}", "user.py", {words}'
        if action == "command"
        else f'script = "user.py"\nargv = [{words}'
    )
    step = (
        f'each.cell = {json.dumps(cells)}\nslots.gpu = ["0", "1"]\ntimeout = "1s"\ntolerate = "100%"\n'
        'retry = { max = 1, delay = "1ms", on = ["exit", "lost"] }\n'
        f"{does}\n"
    )
    spec_file = project.write(f"[steps.one]\n{step}[steps.two]\n{step}")
    result = specc.run(spec_file)
    assert result.status == "succeeded", result.error
    names = Counter(error.name for item in result.tolerated for error in item.errors.values())
    assert names == {"timeout": 4, "lost": 4, "exit": 8}
    assert project.said() == {"uses": 2 * (2 + 2 + 4 + 2 + 4 + 4)}


def test_functions_lease_for_themselves_too(project: Project) -> None:
    spec_file = project.write(
        '[steps.one]\neach.x = "${range(6)}"\nslots = { gpu = ["a", "b"], port = ["1"] }\n'
        'call = "user:use"\nwith = { x = "${x}" }\n[outputs]\nones = "${steps.one}"\n'
    )
    assert set(specc.run(spec_file).check().outputs["ones"]) <= {"a", "b"}
    assert project.said() == {"uses": 6}


RUN = (
    '[steps.one]\neach.x = "${range(12)}"\nslots.gpu = ["0", "1"]\n'
    f'command = ["{sys.executable}", "user.py", "${{x}}", "HOW"]\n'
)


def test_two_runs_share_what_there_is(project: Project) -> None:
    project.write(RUN.replace("HOW", ""))
    runs = [project.start("spec.toml") for _ in range(2)]
    assert [(run.communicate(timeout=60), run.returncode)[1] for run in runs] == [0, 0]
    assert project.said() == {"uses": 24}


def test_a_run_that_was_killed_holds_nothing(project: Project) -> None:
    project.write(RUN.replace("HOW", "kills the engine"))
    first = project.start("spec.toml")
    first.communicate(timeout=60)
    assert first.returncode == -9
    again = project.start("--resume")
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert project.said()["meets"] == 0
