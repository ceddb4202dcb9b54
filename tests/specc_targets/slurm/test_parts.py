"""What needs no SLURM: options of jobs, files between a run and its jobs, what is said of jobs that have ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.execution import Call, Outcome
from specc_targets.remote.packing import pack, unpack
from specc_targets.slurm import EngineError, open_slurm, programs
from specc_targets.slurm.endings import unanswered
from specc_targets.slurm.left import Left
from specc_targets.slurm.options import Options, arguments, read_options
from specc_targets.slurm.programs import SlurmError, State, UnreachableError
from specc_targets.slurm.spool import (
    RESULTS,
    Entry,
    Wanted,
    key_of,
    read_entries,
    read_keys,
    read_outcome,
    read_wanted,
    write_outcome,
    write_wanted,
)

CALL = Call("work:double", "process/double", memory=100 * 1024 * 1024, timeout=90, vcpu=0.5, gpu=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, {}),
        ("partition=short,account=x", {"partition": "short", "account": "x"}),
        ("nodelist=a,b,exclusive,mem=1G", {"nodelist": "a,b", "exclusive": None, "mem": "1G"}),
        ("constraint=gpu&big", {"constraint": "gpu&big"}),
    ],
)
def test_options_of_jobs(text: str | None, expected: dict[str, str | None]) -> None:
    assert read_options(text) == Options(expected)


def test_options_that_are_ours() -> None:
    assert read_options("poll=0.5,partition=a,per-task=20") == Options({"partition": "a"}, 0.5, 20)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("short", "is no option of a SLURM job"),
        ("=short", "is no option"),
        ("partition=", "is no option"),
        ("--partition=x", "is no option"),
        ("array=0-3", "`array` of SLURM jobs is set by specc"),
        ("export=NONE", "set by specc itself"),
        ("poll=often", "a positive number is needed"),
        ("poll=inf", "a positive number is needed"),
        ("per-task=0", "a positive number is needed"),
    ],
)
def test_options_that_are_none(text: str, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        read_options(text)


def test_what_a_step_asks_for_stands_over_the_options() -> None:
    options = read_options("partition=short,mem-per-cpu=1G,time=5,gpus=1")
    own = ["--mem=292M", "--cpus-per-task=1", "--gres=gpu:2", "--time=4"]
    assert arguments(options, CALL, 1) == ["--no-requeue", "--partition=short", *own]
    assert arguments(options, CALL, 10)[-1] == "--time=17"  # ten calls, one after the other
    assert arguments(read_options("requeue,mem=1G"), Call("a:b", "c"), 1) == ["--requeue", "--mem=1G"]


def entries() -> list[Entry]:
    return [Entry((x,), pack({"x": x, "data": b"\0" * x}), (("gpu", (str(x),)),)) for x in range(5)]


def test_calls_arrive_as_they_were(tmp_path: Path) -> None:
    wanted = Wanted(CALL, (0, 2, 5), "/project", "abc", None, ("TOKEN",))
    write_wanted(tmp_path / "one", wanted, entries())
    assert read_wanted(tmp_path / "one") == wanted
    found = read_entries(tmp_path / "one", 2, 5)
    assert found == entries()[2:]
    assert unpack(found[0].arguments) == {"x": 2, "data": b"\0\0"}
    assert read_keys(tmp_path / "one") == [key_of(CALL, entry) for entry in entries()]
    assert len(set(read_keys(tmp_path / "one"))) == 5
    assert (tmp_path / "one").stat().st_mode & 0o77 == 0


def test_outcomes_arrive_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / RESULTS).mkdir()
    outcome = Outcome("failed", "json", b"a\nb\xff", ("E", "Exception"), "m", "t", 1.5, 2.5, 0.5, 7)
    write_outcome(tmp_path, 3, outcome, 12)
    assert read_outcome(tmp_path, 3) == (outcome, 12)
    assert [path.name for path in (tmp_path / RESULTS).iterdir()] == ["3"]
    whole = (tmp_path / RESULTS / "3").read_bytes()
    for size in range(len(whole)):
        (tmp_path / RESULTS / "3").write_bytes(whole[:size])
        assert read_outcome(tmp_path, 3) is None
    assert read_outcome(tmp_path, 4) is None


@pytest.mark.parametrize(
    ("state", "kind", "message"),
    [
        (State("TIMEOUT", "TimeLimit", "n1"), "timeout", "step `process/double` took longer than SLURM job 7_2 may"),
        (State("CANCELLED", "None", ""), "lost", "was cancelled with SLURM job 7_2"),
        (State("OUT_OF_MEMORY", "OutOfMemory", "n1"), "lost", "used more memory than SLURM job 7_2 on `n1` may"),
        (State("NODE_FAIL", "None", "n1"), "lost", "was lost with its node on `n1`: SLURM job 7_2 ended as NODE_FAIL"),
        (State("PREEMPTED", "None", "n1"), "lost", "had to make room for others: SLURM job 7_2 was preempted"),
        (State("FAILED", "RaisedSignal:9", "n1"), "lost", "SLURM job 7_2 on `n1` ended as FAILED (RaisedSignal:9)"),
        (None, "lost", "ended without an answer: SLURM job 7_2 is no longer known to SLURM"),
    ],
    ids=str,
)
def test_why_a_job_gave_no_answer(state: State | None, kind: str, message: str, tmp_path: Path) -> None:
    outcome = unanswered(CALL, tmp_path, ("7", 2), state, begun=True)
    assert outcome.kind == kind
    assert outcome.message.endswith(message)


def test_what_a_job_printed_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "2").write_text("sh: 1: exec: /opt/python: not found\n")
    found = unanswered(CALL, tmp_path, ("7", 2), State("FAILED", "NonZeroExitCode", "n1"), begun=False)
    assert found.message.endswith("(NonZeroExitCode); its last lines: sh: 1: exec: /opt/python: not found")
    (tmp_path / "out" / "2").unlink()
    unseen = unanswered(CALL, tmp_path, ("7", 2), State("FAILED", "NonZeroExitCode", "n1"), begun=False)
    assert unseen.message.endswith("That has to be on a file system that all nodes share")


PROGRAM = """\
#!/bin/sh
echo "$SLURM_JOB_ID $SLURM_CONF" > "$0.environment"
cat "$0.answer"
cat "$0.error" >&2
exit $(cat "$0.code")
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`stand_in(program, answer, error, code)` answers instead of a program of SLURM's."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def make(name: str, answer: str = "", error: str = "", code: int = 0) -> Path:
        path = tmp_path / name
        path.write_text(PROGRAM)
        path.chmod(0o755)
        for kind, text in (("answer", answer), ("error", error), ("code", str(code))):
            path.with_name(f"{name}.{kind}").write_text(text)
        return path

    return make


def test_what_slurm_answers(stand_in: Any, tmp_path: Path) -> None:
    stand_in("sbatch", "4711;cluster\n")
    assert programs.submit(tmp_path / "job.sh", []) == "4711"
    stand_in("squeue", "12_3|RUNNING|None|n1\n12_[4-9]|PENDING|Resources|\n13|RUNNING|None|n1\n")
    assert programs.states(["12", "13"]) == {("12", 3): State("RUNNING", "None", "n1")}
    stand_in("squeue", "", "slurm_load_jobs error: Invalid job id specified\n", 1)
    assert programs.states(["12"]) == {}
    stand_in("sacct", "12_0|CANCELLED by 0|0:15|n1\n12_1|COMPLETED|0:0|n2\n")
    assert programs.history(["12"])["12", 0] == State("CANCELLED", "exit code 0:15", "n1")
    stand_in("sacct", "", "Slurm accounting storage is disabled\n", 1)
    assert programs.history(["12"]) == {}
    stand_in("squeue", f"12 {tmp_path}/other.sh\n13 {tmp_path}/job.sh\n")
    assert programs.job_of(tmp_path / "job.sh") == "13"


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ("sbatch: error: Batch job submission failed: Invalid account", False),
        ("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", True),
        ("sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)", True),
    ],
)
def test_failures_that_may_pass(said: str, passes: bool, stand_in: Any, tmp_path: Path) -> None:
    stand_in("sbatch", "", f"{said}\n", 1)
    with pytest.raises(SlurmError, match=r"^Batch job submission failed: ") as caught:
        programs.submit(tmp_path / "job.sh", [])
    assert isinstance(caught.value, UnreachableError) is passes


def test_another_job_is_not_told_of_the_one_around_it(
    stand_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stand_in("sbatch", "1\n")
    monkeypatch.setenv("SLURM_JOB_ID", "99")
    monkeypatch.setenv("SLURM_CONF", "/etc/slurm.conf")
    programs.submit(tmp_path / "job.sh", [])
    assert path.with_name("sbatch.environment").read_text() == " /etc/slurm.conf\n"


def test_a_folder_that_cannot_be_written(stand_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, answer in (("sbatch", ""), ("squeue", ""), ("scancel", ""), ("scontrol", "MaxArraySize = 11\n")):
        stand_in(name, answer)
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPECC_SLURM_SPOOL", str(tmp_path / "file"))
    with pytest.raises(EngineError, match=r"cannot be written .*; SPECC_SLURM_SPOOL names another one"):
        open_slurm(None, tmp_path, None)


def test_without_slurm_what_to_do_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"needs `sbatch`, which is not on the PATH; .*login node"):
        open_slurm(None, tmp_path, None)


def test_nothing_of_it_is_loaded_with_the_command(repository: Path) -> None:
    code = "import specc.cli, specc_targets.local; print([n for n in sys.modules if 'slurm' in n])"
    paths = [str(repository / name) for name in ("compiler", "schemas", "targets")]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def make(folder: Path) -> None:
    """What a job does."""
    code = f"import sys; sys.path[:] = {sys.path!r}; from specc_targets.slurm.task import main; main({str(folder)!r})"
    environment = {**os.environ, "SLURM_ARRAY_TASK_ID": "0"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_a_job_that_is_begun_again_goes_on(root: Path, tmp_path: Path) -> None:
    """What it had done before it was put back into the queue it does not do again."""
    folder = tmp_path / "one"
    todo = [Entry((x,), pack({"x": x})) for x in range(3)]
    write_wanted(folder, Wanted(Call("work:double", "step"), (0, 3), str(root), "", None, ()), todo)
    write_outcome(folder, 0, Outcome("done", "json", b"7"), 0)
    (folder / RESULTS / "1.taken").touch()
    make(folder)
    found = read_outcome(folder, 0), read_outcome(folder, 1), read_outcome(folder, 2)
    assert [one and one[0].data for one in found] == [b"7", None, b"4"]


def test_a_job_that_does_not_see_the_project(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    wanted = Wanted(Call("work:double", "step"), (0, 1), "/nowhere/project", "", None, ())
    write_wanted(folder, wanted, [Entry((0,), pack({"x": 0}))])
    make(folder)
    found = read_outcome(folder, 0)
    assert found is not None
    assert found[0].kind == "lost"
    assert found[0].message.endswith("which does not see `/nowhere/project`")


def test_doctor_names_it(stand_in: Any) -> None:
    from specc_targets.deployed.doctor import findings

    def said() -> dict[str, Any]:
        (found,) = [item for item in findings() if item["name"] == "sbatch"]
        return found

    stand_in("sbatch", "slurm 22.05.8\n")
    assert said() == {"name": "sbatch", "there": True, "says": "slurm 22.05.8"}
    stand_in("sbatch", "", "sbatch: error: Could not establish a configuration source\n", 1)
    assert not said()["there"]
    assert "has no cluster here (" in said()["says"]


def test_what_was_left_by_another_version_is_cancelled(stand_in: Any, tmp_path: Path) -> None:
    """And what was never submitted is forgotten."""
    for name, text in (("00001-a", '{"of": "another version"}'), ("00002-b", "{")):
        (tmp_path / "spool" / name).mkdir(parents=True)
        (tmp_path / "spool" / name / "call.json").write_text(text)
    (tmp_path / "spool" / "00001-a" / "job").write_text("17")
    stand_in("squeue", "")
    noted = stand_in("scancel", "")
    noted.write_text('#!/bin/sh\necho "$@" > "$0.arguments"\n')
    left = Left(tmp_path / "spool", "abc")
    assert not left.submissions
    assert noted.with_name("scancel.arguments").read_text() == "17\n"
    assert not list((tmp_path / "spool").iterdir())
