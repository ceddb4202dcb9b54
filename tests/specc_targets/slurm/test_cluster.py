"""Calls on a real SLURM end as they do here; jobs may be cancelled."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from specc_runtime import capture
from specc_runtime.secrets import Redactor
from specc_targets.local.execution import Call, Outcome
from specc_targets.slurm import EngineError, open_slurm, programs
from specc_targets.slurm.executor import SlurmExecutor
from specc_targets.slurm.programs import UnreachableError

pytestmark = pytest.mark.slow
MIB = 1024 * 1024


@pytest.fixture
def start(slurm, root: Path, tmp_path: Path) -> Iterator[Callable[..., SlurmExecutor]]:
    """Open an engine that asks SLURM often."""
    opened: list[SlurmExecutor] = []

    def make(options: str = "poll=0.5", **more: Any) -> SlurmExecutor:
        found = open_slurm(options, root, None, name="spec", folder=tmp_path / "run", **more)
        opened.append(found)
        return found

    yield make
    for found in opened:
        found.close()


def run(executor: Any, function: str, *arguments: dict[str, Any], **options: Any) -> list[Outcome]:
    """The outcomes of a batch, in order."""
    found: dict[int, Outcome] = {}
    items = [((number,), argument) for number, argument in enumerate(arguments)]
    executor.run(Call(f"work:{function}", "step", **options), items, found.__setitem__)
    assert sorted(found) == list(range(len(arguments)))
    return [found[number] for number in range(len(arguments))]


def at_once(executor: Any, *calls: tuple[str, Sequence[dict[str, Any]], dict[str, Any]]) -> list[list[Outcome]]:
    """The outcomes of several batches, each run by a thread of its own."""
    found: dict[int, list[Outcome]] = {}

    def work(number: int) -> None:
        function, arguments, options = calls[number]
        found[number] = run(executor, function, *arguments, **options)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(found) == list(range(len(calls)))
    return [found[number] for number in range(len(calls))]


def values(outcomes: list[Outcome]) -> list[Any]:
    assert all(outcome.kind == "done" for outcome in outcomes), outcomes
    return [json.loads(outcome.data) if outcome.codec == "json" else outcome.data for outcome in outcomes]


def test_calls_end_as_they_do_here(slurm, start, root: Path, tmp_path: Path) -> None:
    lines: list[tuple[Any, ...]] = []
    executor = start()
    with capture.installed(lambda *line: lines.append(line)):
        found = at_once(
            executor,
            ("double", [{"x": 1}, {"x": 2}], {}),
            ("reverse", [{"data": b"\0\1\2"}], {}),
            ("check", [{"x": 2}, {"x": 3}, {"x": 4}], {}),
            ("sleep", [{"x": 0}, {"x": 600}, {"x": 0}], {"timeout": 0.3}),
            ("leave", [{"x": 1}], {}),
            ("nothing", [{"x": 1}], {}),
            ("slot", [{}, {}], {"slots": (("gpu", ("4",)),)}),
            ("where", [{}], {}),
            ("grow", [{"mebibytes": 300}], {"memory": 100 * MIB}),
            ("given", [{}], {"memory": 100 * MIB, "vcpu": 1.5}),
        )
    doubled, reversed_, failed, late, left, nothing, slots, where, grown, given = found
    assert values(doubled) == [2, 4]
    assert [line for line in lines if line[0] is not None] == [
        (("step", (0,)), "stdout", None, "doubling 1"),
        (("step", (0,)), "logging", "WARNING", "birds: twice 1"),
        (("step", (1,)), "stdout", None, "doubling 2"),
        (("step", (1,)), "logging", "WARNING", "birds: twice 2"),
    ]
    assert values(reversed_) == [b"\2\1\0"]
    assert [outcome.kind for outcome in failed] == ["done", "failed", "done"]
    assert (failed[1].names[0], failed[1].message) == ("ValueError", "three is not allowed")
    assert "work.py" in failed[1].traceback
    assert [outcome.kind for outcome in late] == ["done", "timeout", "done"]
    assert (left[0].kind, left[0].names) == ("lost", ("lost",))
    assert "exit code 7" in left[0].message
    assert nothing[0].names[0] == "FunctionNotFound"
    assert values(slots) == ["4", "4"]
    assert values(where) == [str(root)]
    assert (grown[0].kind, grown[0].message) == (
        "lost",
        "the process of step `step` used more than its limit of 100 MiB of memory",
    )
    assert values(given) == [{"SLURM_JOB_NAME": "spec/step", "SLURM_CPUS_PER_TASK": "2", "SLURM_MEM_PER_NODE": "292"}]
    executor.close()
    assert run(executor, "double", {"x": 1})[0].kind == "lost"
    kept = list((tmp_path / "run" / "slurm").glob("0*"))
    assert len(kept) == 5  # those of what has failed


def test_many_callers_are_one_array(slurm, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is submitted once, also when SLURM's answer gets lost."""
    before = slurm.ended()
    submit = programs.submit

    def unheard(script: Path, options: Sequence[str]) -> str:
        submit(script, options)
        raise UnreachableError("Socket timed out on send/recv operation")

    monkeypatch.setattr(programs, "submit", unheard)
    executor = start()
    found = at_once(executor, *(("double", [{"x": x}], {}) for x in range(6)))
    assert [values(one) for one in found] == [[2 * x] for x in range(6)]
    (array,) = slurm.ended() - before
    assert array.isdigit()
    executor.close()
    assert not (tmp_path / "run" / "slurm").exists()


def test_an_array_that_is_too_large_is_several(slurm, start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "largest_array", lambda: 2)
    before = slurm.ended()
    found = at_once(start("poll=0.5,per-task=2"), *(("double", [{"x": x}], {}) for x in range(7)))
    assert [values(one) for one in found] == [[2 * x] for x in range(7)]
    assert len(slurm.ended() - before) == 2  # of two and two jobs, the last with one call


def test_calls_that_are_limited_are_one_array_at_a_time(
    slurm, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays: list[str] = []
    submit = programs.submit

    def noting(script: Path, options: Sequence[str]) -> str:
        arrays.extend(option for option in options if option.startswith("--array"))
        if len(arrays) == 1:
            late.start()
        return submit(script, options)

    monkeypatch.setattr(programs, "submit", noting)
    executor = start()
    found: list[Outcome] = []
    late = threading.Thread(target=lambda: found.extend(run(executor, "double", {"x": 9}, at_once=2)))
    early = at_once(executor, *(("double", [{"x": x}], {"at_once": 2}) for x in range(3)))
    late.join(60)
    assert [values(one) for one in [*early, found]] == [[0], [2], [4], [18]]
    assert arrays == ["--array=0-2%2", "--array=0-0%2"]


def test_a_cancelled_job_loses_its_call_and_no_other(
    slurm, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it had not begun is done by another one. That SLURM does not answer for a while does not matter."""
    executor = start("poll=0.5,per-task=3")
    asked: list[int] = []
    states = programs.states

    def late(arrays: Iterable[str]) -> Any:
        asked.append(1)
        if len(asked) < 3:
            raise UnreachableError("Unable to contact slurm controller")
        return states(arrays)

    monkeypatch.setattr(programs, "states", late)

    def cancel() -> None:
        began = tmp_path / "began-1"
        slurm.wait_until(began.exists)
        slurm.cancel(began.read_text())

    thread = threading.Thread(target=cancel)
    thread.start()
    items = [{"x": x, "folder": str(tmp_path), "hold": 1 if x == 1 else 9} for x in range(3)]
    outcomes = run(executor, "wait", *items)
    thread.join(60)
    assert [outcome.kind for outcome in outcomes] == ["done", "lost", "done"]
    assert outcomes[1].message.startswith("the process of step `step` was cancelled with SLURM job ")
    assert sorted((tmp_path / "calls").read_text().split()) == ["0", "1", "2"]
    said = ["SLURM does not answer (Unable to contact slurm controller); the run waits for it", "SLURM answers again"]
    assert capsys.readouterr().err.splitlines() == said


def test_a_job_that_slurm_ends_says_why(slurm, start) -> None:
    (grown,) = run(start("poll=0.5,mem=200M"), "grow", {"mebibytes": 500})
    assert grown.kind == "lost"
    assert "exceeded memory limit" in grown.message


def test_closing_cancels_what_is_left(slurm, start, tmp_path: Path) -> None:
    executor = start()
    outcomes: list[Outcome] = []
    items = [{"x": x, "folder": str(tmp_path)} for x in range(2)]
    thread = threading.Thread(target=lambda: outcomes.extend(run(executor, "wait", *items)))
    thread.start()
    slurm.wait_until((tmp_path / "began-0").exists)
    executor.close()
    thread.join(60)
    assert [outcome.kind for outcome in outcomes] == ["lost", "lost"]
    assert outcomes[0].message == "the process of step `step` was stopped because the run ended"
    slurm.wait_until(lambda: not slurm.jobs())
    assert not (tmp_path / "run" / "slurm").exists()


def test_items_that_nobody_waits_for_are_cancelled(slurm, start, tmp_path: Path) -> None:
    executor = start()

    def report(position: int, outcome: Outcome) -> None:
        raise InterruptedError

    items = [((x,), {"x": x, "folder": str(tmp_path), "hold": 1}) for x in range(2)]
    with pytest.raises(InterruptedError):
        executor.run(Call("work:wait", "step"), items, report)
    slurm.wait_until(lambda: not slurm.jobs())


def test_secrets_are_in_no_file(slurm, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come to the jobs with the environment, and what these write down has them hidden."""
    executor = start()
    lines: list[str] = []
    monkeypatch.setenv("SPECC_TEST_SECRET", "s3cr3t-value")
    monkeypatch.setenv("SPECC_TEST_PLAIN", "well known")
    with capture.redacting(Redactor(["s3cr3t-value"])), capture.installed(lambda *line: lines.append(line[3])):
        secret, plain = at_once(
            executor, ("told", [{"name": "SPECC_TEST_SECRET"}], {}), ("told", [{"name": "SPECC_TEST_PLAIN"}], {})
        )
    assert (secret[0].kind, plain[0].kind, plain[0].message) == ("failed", "failed", "well known")
    assert sorted(lines) == ["it is ***", "it is well known", "said ***", "said well known"]
    files = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert any(path.parent.name == "results" for path in files)
    assert not [path for path in files if b"s3cr3t" in path.read_bytes()]
    assert (tmp_path / "run" / "slurm").stat().st_mode & 0o77 == 0


def test_a_project_that_has_changed_since_is_run_as_it_was(slurm, start, root: Path) -> None:
    executor = start()
    (root / "helper.py").write_text("def twice(x):\n    return 0\n")
    assert values(run(executor, "double", {"x": 4})) == [8]
    assert values(run(executor, "where", {})) != [str(root)]


def test_jobs_that_slurm_does_not_take(slurm, start, root: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"^SLURM cannot be used: .*[Ii]nvalid partition"):
        start("partition=nowhere")
    programs.cancel(["999999", "999999_[0-3]"])  # what has ended long ago
    (refused,) = run(start(), "double", {"x": 1}, memory=10**15)
    assert (refused.kind, refused.names) == ("failed", ("JobRejected",))
    assert "SLURM does not take the jobs of step `step`: " in refused.message
    assert "node configuration is not available" in refused.message


def test_a_job_that_does_not_see_the_files(slurm, start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc_targets.slurm.submitting._script", lambda *_: "#!/bin/sh\nexit 3\n")
    (lost,) = run(start(), "double", {"x": 1})
    assert lost.kind == "lost"
    assert "ended as FAILED (NonZeroExitCode)" in lost.message
    assert "has to be on a file system that all nodes share" in lost.message


def test_a_slurm_that_does_not_answer(slurm, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "slurm.conf"
    text = slurm.configuration.read_text()
    port = next(line for line in text.splitlines() if line.startswith("SlurmctldPort="))
    other.write_text(text.replace(port, "SlurmctldPort=9") + "MessageTimeout=1\n")
    monkeypatch.setenv("SLURM_CONF", str(other))
    with pytest.raises(EngineError, match=r"SLURM cannot be used: .*[Uu]nable to contact slurm controller"):
        open_slurm(None, root, None, folder=tmp_path / "run")


@pytest.mark.usefixtures("slurm")
def test_a_folder_may_have_any_name(root: Path, tmp_path: Path) -> None:
    """SLURM has a meaning for `%j` in the names of files, which it then makes elsewhere, or nowhere."""
    engine = open_slurm("poll=0.5", root, None, name="spec", folder=tmp_path / "50%j 'of' it")
    try:
        (outcome,) = run(engine, "where", {})
    finally:
        engine.close()
    assert outcome.kind == "done"
