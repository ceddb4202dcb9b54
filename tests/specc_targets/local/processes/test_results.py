"""What comes back from worker processes, and what they print."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest  # like all tests

from specc_runtime.workers.peak import Peak
from specc_targets.local.execution import Call, Outcome
from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.outcomes import timed_out
from worker_processes import LINUX, MIB, Log, items, outcomes, values


def test_results_come_back_encoded_in_order(executor: ProcessExecutor) -> None:
    before = time.time()
    found = outcomes(executor, "same", [{"x": value} for value in (1, "ünïcode ☃ 🎉", [None, {"a": 1.5}], 2**80)])
    assert values(found) == [1, "ünïcode ☃ 🎉", [None, {"a": 1.5}], 2**80]
    assert [outcome.codec for outcome in found] == ["json"] * 4
    for outcome in found:
        assert before <= outcome.started <= time.time()
        assert 0 <= outcome.seconds < 30
        assert 0 <= outcome.cpu < 30
        assert 4 * MIB < outcome.memory < 100 * MIB


@LINUX
def test_memory_is_what_the_call_itself_has_needed(executor: ProcessExecutor) -> None:
    ours = b"x" * 300 * MIB  # the peak of a process is at first that of the one that starts it
    small, large, kept, after = outcomes(
        executor, "need", [{"n": n, "keep": n == 80 * MIB} for n in (0, 200 * MIB, 80 * MIB, 0)]
    )
    del ours
    assert 4 * MIB < small.memory < 60 * MIB
    assert 200 * MIB <= large.memory < 260 * MIB
    assert 80 * MIB <= kept.memory < 140 * MIB
    assert 80 * MIB <= after.memory < 140 * MIB  # still there
    (failed,) = outcomes(executor, "need_and_fail", [{"n": 200 * MIB}])
    assert 200 * MIB <= failed.memory < 340 * MIB


def test_where_the_system_forgets_no_peak_it_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_file(*_: object) -> NoReturn:
        raise FileNotFoundError

    monkeypatch.setattr(os, "open", no_such_file)
    monkeypatch.setattr(Path, "read_bytes", no_such_file)
    peak = Peak()
    before = peak.bytes()
    peak.restart()
    assert peak.bytes() >= before > 4 * MIB


def test_nothing_to_do_starts_nothing(executor: ProcessExecutor) -> None:
    assert outcomes(executor, "same", []) == []


def test_bytes_and_codecs(executor: ProcessExecutor) -> None:
    (raw,) = outcomes(executor, "same", [{"x": b"\x00\xff"}])
    assert (raw.kind, raw.codec, raw.data) == ("done", "bytes", b"\x00\xff")
    (text,) = outcomes(executor, "same", [{"x": "é"}], codec="text")
    assert (text.kind, text.codec, text.data) == ("done", "text", "é".encode())


def test_large_results_and_arguments(executor: ProcessExecutor) -> None:
    found = outcomes(executor, "big", [{"n": 1}, {"n": 25_000_000}, {"n": 2}])
    assert [len(outcome.data) for outcome in found] == [4, 50_000_002, 6]
    (raw,) = outcomes(executor, "raw", [{"n": 50_000_000}], timeout=60)
    assert raw.data == bytes(50_000_000)
    assert values(outcomes(executor, "size", [{"x": "é" * 20_000_000}, {"x": b"x" * 20_000_000}])) == [20_000_000] * 2


def test_thousands_of_items_in_one_process(executor: ProcessExecutor) -> None:
    assert values(outcomes(executor, "same", [{"x": index} for index in range(5000)])) == list(range(5000))
    assert len({value for _ in range(3) for value in values(outcomes(executor, "pid", [{}] * 10))}) == 1


def test_items_share_nothing(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "spoiling.py").write_text("def add(xs):\n    xs.append(1)\n    return len(xs)\n")
    shared: list[int] = []
    call = Call("spoiling:add", "step")
    found: list[Outcome] = []
    executor.run(call, items([{"xs": shared}, {"xs": shared}]), lambda _, outcome: found.append(outcome))
    assert values(found) == [1, 1]
    assert shared == []


def test_failures_are_the_functions_own(executor: ProcessExecutor) -> None:
    (failed,) = outcomes(executor, "fail", [{"x": "ü"}])
    assert (failed.kind, failed.message) == ("failed", "no ü")
    assert failed.names[:4] == ("LookupError", "builtins.LookupError", "Exception", "builtins.Exception")
    assert "in fail" in failed.traceback
    assert "specc_runtime" not in failed.traceback
    (left, stopped) = outcomes(executor, "leave", [{"x": 1}]) + outcomes(executor, "interrupt", [{"x": 1}])
    assert (left.kind, left.names[0], left.message) == ("failed", "SystemExit", "enough")
    assert (stopped.kind, stopped.names[0]) == ("failed", "KeyboardInterrupt")
    before, unfit, after = outcomes(executor, "mixed", [{"x": 0}, {"x": 1}, {"x": 2}])
    assert values([before, after]) == [0, 2]
    assert (unfit.kind, unfit.message.split(",")[0]) == ("unfit", "is a value of type `object`")


def test_modules_of_the_user_may_have_names_of_the_standard_library(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "socket.py").write_text("raise SystemExit('not this one')\n")
    sys.path.insert(0, str(tmp_path))  # as in a run
    try:
        assert values(outcomes(executor, "same", [{"x": 1}])) == [1]
    finally:
        sys.path.remove(str(tmp_path))


def test_many_threads_share_few_processes(make: Callable[..., ProcessExecutor]) -> None:
    executor = make(limit=2)
    found: dict[int, list[Any]] = {}

    def work(number: int) -> None:
        calls = [outcomes(executor, "same", [{"x": [number, x]} for x in range(50)]) for _ in range(3)]
        pids = [value for _ in range(3) for value in values(outcomes(executor, "pid", [{}]))]
        found[number] = [[values(one) for one in calls], pids]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: result[0] for number, result in found.items()} == {
        number: [[[number, x] for x in range(50)]] * 3 for number in range(8)
    }
    assert len({pid for result in found.values() for pid in result[1]}) <= 2


def test_lines_are_told_with_the_item_they_come_from(executor: ProcessExecutor, log: Log) -> None:
    outcomes(executor, "talk", [{"x": 0}, {"x": 1}])
    for x in (0, 1):
        lines = sorted((stream, level or "", text) for step, indices, stream, level, text in log if indices == (x,))
        assert lines == [
            ("logging", "WARNING", f"mine: log {x}"),
            ("stderr", "", f"err {x}"),
            ("stdout", "", f"no newline {x}"),
            ("stdout", "", f"out {x}"),
            ("stdout", "", f"thread {x}"),
        ]
    assert {line[0] for line in log} == {"step"}


def test_what_is_written_past_python_goes_to_standard_error(
    executor: ProcessExecutor, log: Log, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "low.py").write_text("import os\ndef f():\n    os.write(1, b'low 1\\n')\n    os.system('echo low 2')\n")
    executor.run(Call("low:f", "step"), items([{}]), lambda *_: None)
    assert capfd.readouterr() == ("", "low 1\nlow 2\n")
    assert log == []


def test_without_a_log_functions_print_to_standard_error(
    make: Callable[..., ProcessExecutor], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loud.py").write_text("def f(x):\n    print('loud', x)\n")
    make(on_log=None).run(Call("loud:f", "step"), items([{"x": 1}, {"x": 2}]), lambda *_: None)
    assert capfd.readouterr() == ("", "loud 1\nloud 2\n")


def test_functions_read_nothing(executor: ProcessExecutor) -> None:
    assert values(outcomes(executor, "stdin", [{}])) == [""]


@pytest.fixture
def unbuffered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")


def test_functions_may_fork(unbuffered: None, executor: ProcessExecutor, capfd: pytest.CaptureFixture[str]) -> None:
    assert values(outcomes(executor, "forks", [{"x": x} for x in range(3)])) == [0, 1, 2]
    assert values(outcomes(executor, "pool", [{"x": 3}, {"x": 2}])) == [[0, 2, 4], [0, 2]]
    assert sorted(capfd.readouterr().err.split("\n")) == ["", *sorted([f"in a child {x}" for x in (0, 1, 2, 0, 1)])]


def test_slots_are_in_the_environment_while_an_item_runs(executor: ProcessExecutor) -> None:
    slots = (("gpu", ("1", "0")), ("my-port", ("8000",)))
    expected = [{"gpu": "1", "my-port": "8000"}, {"SPECC_SLOT_GPU": "1", "SPECC_SLOT_MY_PORT": "8000"}]
    assert values(outcomes(executor, "slots", [{}, {}], slots=slots)) == [expected] * 2
    assert values(outcomes(executor, "slots", [{}])) == [[{}, {}]]


def test_arguments_may_be_nested_deeper_than_pickle_goes(executor: ProcessExecutor) -> None:
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]
    assert values(outcomes(executor, "size", [{"x": deep}, {"x": [1, (2, b"3")]}])) == [1, 2]


def test_arguments_that_have_no_form_as_bytes_are_their_items_failure(executor: ProcessExecutor) -> None:
    first, second, third = outcomes(executor, "same", [{"x": 1}, {"x": threading.Lock()}, {"x": 3}])
    assert values([first, third]) == [1, 3]
    assert (second.kind, second.names[0]) == ("failed", "CodecError")
    assert second.message.startswith("the arguments cannot be handed to a process: ")


def test_time_limits_in_words() -> None:
    assert timed_out(Call("m:f", "s", timeout=1.0), 0.0, 2.0).message == "step `s` took longer than 1 second"
    assert timed_out(Call("m:f", "s", timeout=1.5), 0.0, 2.0).message == "step `s` took longer than 1.5 seconds"
