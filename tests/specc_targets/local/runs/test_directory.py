"""Folders of runs: made whole, found by short names, run by one process at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.runs import directory as module
from specc_targets.local.runs.directory import RunDirectory, list_runs
from specc_targets.local.runs.errors import RunBusy, RunDamaged, RunNotFound, StateError
from specc_targets.local.runs.names import new_run_id
from specc_targets.local.runs.recovery import Recovered
from specc_targets.local.runs.removal import prune, remove

HEADER = {"name": "pipe", "spec": "a.toml", "parameters": {"ü": [1, None]}, "root": "/\udcff"}
NAMES = ["20260101-000000-aaaaaa", "20260102-000000-aabbbb", "20260102-000000-aacccc", "20260203-000000-aabbbb"]


@pytest.fixture
def state(folder: Path) -> Path:
    return folder / ".specc"


def create(state: Path, name: str | None = None, status: str | None = None) -> str:
    run = RunDirectory.create(state, name, HEADER)
    if status:
        run.write_result({"status": status})
    run.close()
    return run.id


HOLDER = """
    import sys
    from pathlib import Path
    from specc_targets.local.runs.directory import RunDirectory

    run = RunDirectory.create(Path(sys.argv[1]), sys.argv[2], {"spec": "a.toml"})
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(state: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the lock on the run `held`, until its standard input is closed."""
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(state), "held"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_run_is_whole_and_private(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    run.write("plan.json", b"{}")
    assert RunDirectory(run.path).header() == HEADER
    assert run.result() is None
    assert mode(state) == mode(run.path) == 0o700
    assert {mode(path) for path in run.path.iterdir()} == {0o600}
    assert (state / ".gitignore").read_text() == "*\n"
    assert [path.name for path in run.path.parent.iterdir()] == [run.id]
    run.close()


def test_runs_of_one_moment_have_names_of_their_own_in_order(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [create(state) for _ in range(20)]
    assert len(set(made)) == 20
    assert [run.id for run in list_runs(state)] == made[::-1]
    supply = iter([made[0], made[0], made[5], "20300101-000000-000000"])
    monkeypatch.setattr(module, "new_run_id", lambda: next(supply))
    assert create(state) == "20300101-000000-000000"


def test_names_tell_the_time_in_utc() -> None:
    assert new_run_id(0.0) == "19700101-000000-000000"
    assert new_run_id(1793000000.5) == "20261026-073320-800000"


def test_a_name_is_given_once(state: Path) -> None:
    create(state, "mine")
    with pytest.raises(StateError, match="there is a run `mine` already"):
        create(state, "mine")
    assert RunDirectory.open(state, "mine", lock=False).header() == HEADER
    assert [path.name for path in (state / "runs").iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "x" * 200, "-x"])
def test_odd_names_are_refused(state: Path, name: str) -> None:
    with pytest.raises(StateError):
        create(state, name or "/")
    with pytest.raises(RunNotFound):
        RunDirectory.open(state, name, lock=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NAMES[0], NAMES[0]),
        ("20260101", NAMES[0]),
        ("20260102-000000-aac", NAMES[2]),
        ("aaaa", NAMES[0]),
        ("CCCC", NAMES[2]),
        (" 202602 ", NAMES[3]),
        ("latest", NAMES[3]),
        (None, NAMES[3]),
    ],
)
def test_a_part_of_the_name_is_enough(state: Path, text: str | None, expected: str) -> None:
    for name in NAMES:
        create(state, name)
    assert RunDirectory.open(state, text, lock=False).id == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("20260102", f"`20260102` fits 2 runs: `{NAMES[2]}`, `{NAMES[1]}`"),
        ("bbbb", f"`bbbb` fits 2 runs: `{NAMES[3]}`, `{NAMES[1]}`"),
        ("ccc", f"there is no run `ccc`; the latest are `{NAMES[3]}`, `{NAMES[2]}`, `{NAMES[1]}`"),
        ("20260101-000000-aaaaab", f"there is no run `20260101-000000-aaaaab`; did you mean `{NAMES[0]}`?"),
        ("", "the latest are"),
        ("..", "the latest are"),
    ],
)
def test_what_fits_no_run_or_several_names_candidates(state: Path, text: str, message: str) -> None:
    for name in NAMES:
        create(state, name)
    with pytest.raises(RunNotFound) as caught:
        RunDirectory.open(state, text, lock=True)
    assert message in str(caught.value)


def test_a_run_may_be_called_latest(state: Path) -> None:
    for name in ("latest", "zzz"):
        create(state, name)
    assert RunDirectory.open(state, "latest", lock=False).id == "latest"


def test_many_candidates_are_counted(state: Path) -> None:
    for number in range(8):
        create(state, f"run{number}")
    with pytest.raises(RunNotFound, match="fits 8 runs: `run7`, `run6`, `run5`, `run4`, `run3` and 3 more"):
        RunDirectory.open(state, "run", lock=False)


def test_where_nothing_was_run(state: Path) -> None:
    assert list_runs(state) == []
    with pytest.raises(RunNotFound, match="no runs"):
        RunDirectory.open(state, None, lock=False)
    with pytest.raises(RunNotFound, match="nothing has been run here yet"):
        RunDirectory.open(state, "abc", lock=False)
    assert not state.exists()
    assert prune(state, 0) == []


def test_the_status_follows_the_life_of_a_run(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    seen = RunDirectory(run.path)
    assert (run.status(), seen.status(), seen.pid()) == ("running", "running", os.getpid())
    run.write_result({"status": "failed", "error": "x"})
    assert seen.status() == "failed"
    assert seen.result() == {"status": "failed", "error": "x"}
    run.close()
    assert seen.pid() is None

    run = RunDirectory.open(state, run.id, lock=True)
    run.open_journal().close()
    assert seen.status() == "running", "a resumed run has not ended"
    run.close()
    assert seen.status() == "killed"
    assert seen.result() is None


def test_a_killed_process_lets_go(state: Path, holder: subprocess.Popen[str]) -> None:
    run = RunDirectory.open(state, "held", lock=False)
    assert (run.status(), run.pid()) == ("running", holder.pid)
    with pytest.raises(RunBusy, match=f"process {holder.pid} runs it") as caught:
        RunDirectory.open(state, "held", lock=True)
    assert caught.value.pid == holder.pid
    holder.kill()
    holder.wait()
    assert (run.status(), run.pid()) == ("killed", None)
    run = RunDirectory.open(state, "held", lock=True)
    assert run.status() == "running"
    run.close()


def test_looking_at_a_run_does_not_keep_others_from_it(state: Path) -> None:
    """Asking for the status takes the lock for a moment."""
    import threading

    name = create(state)
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            RunDirectory(state / "runs" / name).status()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(100):
            RunDirectory.open(state, name, lock=True).close()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_children_do_not_keep_the_lock(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:  # lives on after its parent has let go
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    try:
        assert RunDirectory(run.path).status() == "running"
        # the child closes its copy as it begins to run; `acquire` waits for that as for anyone who only looks
        run.close()
        RunDirectory.open(state, run.id, lock=True).close()
    finally:
        os.close(writing)
        os.waitpid(child, 0)


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "has no `run.json`"), ("{", "is not JSON"), ("[]", "not an object"), ("", "not JSON")]
)  # fmt: skip
def test_a_damaged_run_is_listed_with_the_reason(state: Path, content: str | None, reason: str) -> None:
    names = [create(state, name, "succeeded") for name in ("a1", "b2", "c3")]
    header = state / "runs" / "b2" / "run.json"
    header.unlink() if content is None else header.write_text(content)
    runs = list_runs(state)
    assert [run.id for run in runs] == names[::-1]
    assert [run.damage() is None for run in runs] == [True, False, True]
    assert reason in (runs[1].damage() or "")
    with pytest.raises(RunDamaged, match="the run `b2` is damaged"):
        RunDirectory.open(state, "b2", lock=True)
    remove(runs[1])
    assert [run.id for run in list_runs(state)] == ["c3", "a1"]


def test_a_damaged_result_is_none(state: Path) -> None:
    name = create(state, "a1", "succeeded")
    for content in ("{", "[]", '{"status": []}', '{"status": "odd"}', "\0"):
        (state / "runs" / name / "result.json").write_text(content)
        assert list_runs(state)[0].status() == "killed"


def test_the_status_is_known_without_the_outputs(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    run.write_result({"outputs": {"a": "x" * 1000}, "status": "succeeded"})
    path = run.path / "result.json"
    assert json.loads(path.read_bytes()) == {"outputs": {"a": "x" * 1000}, "status": "succeeded"}
    path.write_bytes(path.read_bytes()[:100])
    assert RunDirectory(run.path).status() == "succeeded"
    path.write_text('{"outputs": 1, "status": "failed"}')
    assert RunDirectory(run.path).status() == "failed"
    run.close()


def test_what_is_no_run_is_not_listed(state: Path, folder: Path) -> None:
    create(state, "a1")
    (state / "runs" / "file").touch()
    (state / "runs" / ".hidden").mkdir()
    (state / "runs" / "link").symlink_to(folder)
    assert [run.id for run in list_runs(state)] == ["a1"]


def test_a_header_can_be_replaced(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    run.write_header({"new": 1})
    assert run.header() == RunDirectory(run.path).header() == {"new": 1}
    run.close()


def test_a_run_that_is_going_is_not_removed(state: Path, holder: subprocess.Popen[str]) -> None:
    create(state, "a1")
    create(state, "z1")
    with pytest.raises(RunBusy):
        remove(RunDirectory.open(state, "held", lock=False))
    assert prune(state, 1) == ["a1"]
    assert [run.id for run in list_runs(state)] == ["z1", "held"]
    assert prune(state, 0) == ["z1"]


def test_prune_clears_what_killed_processes_have_left(state: Path) -> None:
    create(state, "a1")
    old, young = state / "runs" / ".new-x-1", state / "runs" / ".removed-y"
    for folder in (old, young):
        folder.mkdir()
        (folder / "run.json").touch()
    os.utime(old, (0, 0))
    assert prune(state, 5) == []
    assert not old.exists()
    assert young.exists(), "someone may be making it just now"
    assert [run.id for run in list_runs(state)] == ["a1"]


def test_a_run_and_its_journal(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    journal = run.open_journal()
    journal.step("a", 1, 0.0, 0.0)
    journal.close()
    run.close()
    with Recovered.read(run.path) as recovered:
        assert recovered.run_id == run.id
        assert recovered.step("a") == (1,)


def test_where_nothing_can_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").touch()
    for place in (folder / "file", folder / "file" / "x"):
        with pytest.raises(StateError, match="SPECC_STATE"):
            create(place)
    state = folder / ".specc"
    name = create(state)

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StateError, match=r"run\.json`: the disk is full; make space"):
        create(state)
    run = RunDirectory.open(state, name, lock=True)
    with pytest.raises(StateError, match="the disk is full"):
        run.write_result({"status": "failed"})
    assert sorted(path.name for path in run.path.iterdir()) == ["lock", "run.json"]
    assert [path.name for path in (state / "runs").iterdir()] == [name]
    run.close()


def test_a_list_that_cannot_be_read_is_told(state: Path) -> None:
    state.mkdir()
    (state / "runs").touch()
    with pytest.raises(StateError, match="cannot list the runs"):
        list_runs(state)


def test_listing_reads_no_journal(state: Path) -> None:
    for number in range(3):
        name = create(state, f"a{number}", "succeeded")
        (state / "runs" / name / "journal.jsonl").mkdir()  # reading it would fail
    assert [(run.status(), run.header()["name"]) for run in list_runs(state)] == [("succeeded", "pipe")] * 3


def test_what_is_written_is_json(state: Path) -> None:
    run = RunDirectory.create(state, None, HEADER)
    assert json.loads((run.path / "run.json").read_text("ascii")) == HEADER
    run.close()
