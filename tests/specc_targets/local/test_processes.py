"""Worker processes: what comes back, whatever becomes of the process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from specc_targets.local.execution import Call, Item, Outcome
from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.starting import Singles, Starter, new_starter

MIB = 1024 * 1024
WORK = """
import ctypes, logging, multiprocessing, os, signal, subprocess, sys, threading, time
from pathlib import Path

def note(folder, x):
    with open(Path(folder) / "begun", "a") as file: file.write(f"{x}\\n")
def mark(folder, name, text=""):
    (Path(folder) / (name + "~")).write_text(str(text))
    (Path(folder) / (name + "~")).rename(Path(folder) / name)

def same(x=None): return x
def pid(x=None): return os.getpid()
def fail(x): raise LookupError(f"no {x}")
def leave(x): sys.exit("enough")
def interrupt(x): raise KeyboardInterrupt
def mixed(x): return object() if x == 1 else x
def size(x): return len(x)
def big(n): return "é" * n
def raw(n): return bytes(n)
def stdin(): return sys.stdin.read()
def grow(n):
    global kept
    kept = b"x" * n
    return os.getpid()

def exit_0(): os._exit(0)
def exit_1(): os._exit(1)
def segfault(): ctypes.string_at(0)
def killed(): os.kill(os.getpid(), signal.SIGKILL)
def hang(): time.sleep(1000)
def spin():
    while True: pass
def allocate():
    taken = []
    while True: taken.append(b"x" * (4 * 1024 * 1024))
def allocate_elsewhere():
    subprocess.run([sys.executable, "-c", "import time; x = b'x' * 300 * 1024 * 1024; time.sleep(1000)"])

def one(folder, x, culprit, how):
    note(folder, x)
    print("begin", x)
    if x == culprit: globals()[how]()
    return {"x": x, "é": "☃"}

def spoil(folder, how, new_session):
    child = subprocess.Popen(["sleep", "1000"], start_new_session=new_session)
    mark(folder, "pids", f"{os.getpid()} {child.pid}")
    globals()[how]()
def wait_for(folder, name, x=None):
    mark(folder, f"waiting-{x}", os.getpid())
    while not (Path(folder) / name).exists(): time.sleep(0.005)
    return x

def forks(x):
    os.fork()
    return x
def pool(x):
    with multiprocessing.get_context("fork").Pool(2) as processes:
        return processes.map(double, range(x))
def double(x):
    print("in a child", x, flush=True)
    return 2 * x

def talk(x):
    print("out", x)
    print("err", x, file=sys.stderr)
    logging.getLogger("mine").warning("log %d", x)
    print("no newline", x, end="")
    thread = threading.Thread(target=print, args=("thread", x))
    thread.start()
    thread.join()
def slots():
    from specc_runtime.slots import current
    variables = {name: value for name, value in os.environ.items() if name.startswith("SPECC_SLOT_")}
    return [current(), variables]
"""
Run = Callable[..., list[Outcome]]
Starters = Callable[..., Starter]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and pidfds")


def gone(pid: int) -> bool:
    """Whether the process has ended: it is not there, or only its exit code is."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def items(arguments: Sequence[dict[str, Any]]) -> list[Item]:
    return [((index,), each) for index, each in enumerate(arguments)]


class Log(list[tuple[Any, ...]]):
    def __call__(self, *line: Any) -> None:
        self.append(line)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(params=[pytest.param(new_starter, id="nursery", marks=LINUX), pytest.param(Singles, id="singles")])
def starter(request: pytest.FixtureRequest) -> Starters:
    found: Starters = request.param
    return found


@pytest.fixture
def make(tmp_path: Path, starter: Starters, log: Log) -> Iterator[Callable[..., ProcessExecutor]]:
    (tmp_path / "work.py").write_text(WORK)
    made: list[ProcessExecutor] = []

    def build(limit: int = 1, **options: Any) -> ProcessExecutor:
        made.append(ProcessExecutor(tmp_path, **{"limit": limit, "on_log": log, "starter": starter, **options}))
        return made[-1]

    yield build
    for executor in made:
        executor.close()


@pytest.fixture
def executor(make: Callable[..., ProcessExecutor]) -> ProcessExecutor:
    return make()


def outcomes(
    executor: ProcessExecutor, function: str, arguments: Sequence[dict[str, Any]], **options: Any
) -> list[Outcome]:
    """The outcomes by position, after checking that each item was reported once and in order."""
    reported: list[tuple[int, Outcome]] = []
    call = Call(f"work:{function}", "step", **options)
    executor.run(call, items(arguments), lambda position, outcome: reported.append((position, outcome)))
    assert [position for position, _ in reported] == list(range(len(arguments)))
    return [outcome for _, outcome in reported]


def values(found: Sequence[Outcome]) -> list[Any]:
    assert {outcome.kind for outcome in found} <= {"done"}, found
    return [json.loads(outcome.data) for outcome in found]


def test_results_come_back_encoded_in_order(executor: ProcessExecutor) -> None:
    before = time.time()
    found = outcomes(executor, "same", [{"x": value} for value in (1, "ünïcode ☃ 🎉", [None, {"a": 1.5}], 2**80)])
    assert values(found) == [1, "ünïcode ☃ 🎉", [None, {"a": 1.5}], 2**80]
    assert [outcome.codec for outcome in found] == ["json"] * 4
    for outcome in found:
        assert before <= outcome.started <= time.time()
        assert 0 <= outcome.seconds < 30
        assert 0 <= outcome.cpu < 30
        assert 4 * MIB < outcome.memory < 1000 * MIB


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


def test_a_function_that_cannot_be_imported_fails_for_every_item(executor: ProcessExecutor, tmp_path: Path) -> None:
    found = outcomes(executor, "missing", [{}, {}])
    assert [(one.kind, one.names[0], one.message) for one in found] == [
        ("failed", "FunctionNotFound", "module `work` has no `missing`")
    ] * 2
    (tmp_path / "broken.py").write_text("1 / 0\n")
    reported: list[Outcome] = []
    executor.run(Call("broken:f", "step"), items([{}, {}]), lambda _, outcome: reported.append(outcome))
    assert [(one.kind, one.names[0]) for one in reported] == [("failed", "ZeroDivisionError")] * 2
    assert values(outcomes(executor, "same", [{"x": 1}])) == [1]


def test_a_module_that_kills_its_process_loses_every_item(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os\nopen('tries', 'a').write('x')\nos._exit(7)\n".replace("'tries'", repr(str(tmp_path / "tries")))
    )
    reported: list[Outcome] = []
    executor.run(Call("deadly:f", "step"), items([{}] * 50), lambda _, outcome: reported.append(outcome))
    message = (
        "the process of step `step` ended with exit code 7 before the step had a result while `deadly` was imported"
    )
    assert [(one.kind, one.message) for one in reported] == [("lost", message)] * 50
    assert (tmp_path / "tries").read_text() == "xx"


CRASHES = [
    ("exit_0", {}, "lost", r"the process of step `step` ended with exit code 0 before the step had a result"),
    ("exit_1", {}, "lost", r"the process of step `step` ended with exit code 1 before the step had a result"),
    ("segfault", {}, "lost", r"the process of step `step` was killed by SIGSEGV"),
    ("killed", {}, "lost", r"the process of step `step` was killed by SIGKILL"),
    ("killed", {"timeout": 30.0, "memory": 500 * MIB}, "lost", r"the process of step `step` was killed by SIGKILL"),
    ("hang", {"timeout": 0.5}, "timeout", r"step `step` took longer than 0\.5 seconds"),
    ("spin", {"timeout": 0.5}, "timeout", r"step `step` took longer than 0\.5 seconds"),
]
HUNGRY = [
    (how, {"memory": 200 * MIB}, "lost", r"the process of step `step` used more than its limit of 200 MiB of memory")
    for how in ("allocate", "allocate_elsewhere")
]


@pytest.mark.parametrize(
    ("how", "options", "kind", "message"), [*CRASHES, *(pytest.param(*row, marks=LINUX) for row in HUNGRY)]
)
@pytest.mark.parametrize("culprit", [0, 5, 9])
def test_only_the_item_under_way_is_lost(
    executor: ProcessExecutor,
    log: Log,
    tmp_path: Path,
    how: str,
    options: dict[str, Any],
    kind: str,
    message: str,
    culprit: int,
) -> None:
    arguments = [{"folder": str(tmp_path), "x": x, "culprit": culprit, "how": how} for x in range(10)]
    found = outcomes(executor, "one", arguments, **options)
    bad = found.pop(culprit)
    assert bad.kind == kind
    assert re.fullmatch(message, bad.message)
    assert bad.names[0] == kind
    assert values(found) == [{"x": x, "é": "☃"} for x in range(10) if x != culprit]
    assert Counter((tmp_path / "begun").read_text().split()) == Counter(str(x) for x in range(10))
    assert log == [("step", (x,), "stdout", None, f"begin {x}") for x in range(10)]


def test_every_item_may_crash(executor: ProcessExecutor, tmp_path: Path) -> None:
    found = outcomes(executor, "exit_1", [{}] * 5)
    assert [one.kind for one in found] == ["lost"] * 5
    assert values(outcomes(executor, "same", [{"x": 1}])) == [1]


def test_items_that_take_almost_their_time_are_run_once(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "near.py").write_text(
        "import time\nfrom pathlib import Path\n"
        f"def near(x):\n    with open({str(tmp_path / 'begun')!r}, 'a') as file: file.write(f'{{x}}\\n')\n"
        "    time.sleep(0.05)\n    print('x' * 300_000)\n    return x\n"
    )
    reported: list[Outcome] = []
    call = Call("near:near", "step", timeout=0.0505)
    executor.run(call, items([{"x": x} for x in range(30)]), lambda _, outcome: reported.append(outcome))
    assert {one.kind for one in reported} <= {"done", "timeout"}
    assert (tmp_path / "begun").read_text().split() == [str(x) for x in range(30)]
    assert all(json.loads(one.data) == x for x, one in enumerate(reported) if one.kind == "done")


def test_importing_does_not_count(executor: ProcessExecutor, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(0.6)\ndef f(): return 1\n")
    reported: list[Outcome] = []
    executor.run(Call("slow:f", "step", timeout=0.3), items([{}, {}]), lambda _, outcome: reported.append(outcome))
    assert values(reported) == [1, 1]


def test_a_process_killed_while_idle_loses_nothing(executor: ProcessExecutor) -> None:
    for _ in range(3):
        (pid,) = values(outcomes(executor, "pid", [{}]))
        os.kill(pid, signal.SIGKILL)
        assert len(set(values(outcomes(executor, "pid", [{}] * 3))) | {pid}) == 2


def test_many_processes_killed_while_idle_lose_nothing(make: Callable[..., ProcessExecutor], tmp_path: Path) -> None:
    executor = make(limit=4)
    arguments = [{"folder": str(tmp_path), "name": "go", "x": number} for number in range(4)]
    threads = [threading.Thread(target=outcomes, args=(executor, "wait_for", [each])) for each in arguments]
    for thread in threads:
        thread.start()
    until(lambda: len(list(tmp_path.glob("waiting-?"))) == 4)
    (tmp_path / "go").touch()
    for thread in threads:
        thread.join()
    pids = {int(file.read_text()) for file in tmp_path.glob("waiting-?")}
    assert len(pids) == 4
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert not set(values(outcomes(executor, "pid", [{}] * 3))) & pids


@LINUX
def test_what_other_calls_left_in_a_process_is_not_held_against_a_limit(executor: ProcessExecutor) -> None:
    (pid,) = values(outcomes(executor, "grow", [{"n": 150 * MIB}]))
    assert values(outcomes(executor, "pid", [{}])) == [pid]
    (other,) = values(outcomes(executor, "pid", [{}], memory=100 * MIB))
    assert other != pid


def test_a_report_that_raises_ends_the_batch(executor: ProcessExecutor, tmp_path: Path) -> None:
    arguments = [{"folder": str(tmp_path), "name": "never" if x == 2 else "work.py", "x": x} for x in range(4)]

    def refuse(position: int, outcome: Outcome) -> None:
        if position == 1:
            raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="the disk is full"):
        executor.run(Call("work:wait_for", "step"), items(arguments), refuse)
    assert not (tmp_path / "waiting-3").exists()
    assert values(outcomes(executor, "same", [{"x": 1}])) == [1]


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


def test_functions_may_fork(executor: ProcessExecutor, capfd: pytest.CaptureFixture[str]) -> None:
    assert values(outcomes(executor, "forks", [{"x": x} for x in range(3)])) == [0, 1, 2]
    assert values(outcomes(executor, "pool", [{"x": 3}, {"x": 2}])) == [[0, 2, 4], [0, 2]]
    assert sorted(capfd.readouterr().err.split("\n")) == ["", *sorted([f"in a child {x}" for x in (0, 1, 2, 0, 1)])]


@LINUX
@pytest.mark.parametrize("how", ["hang", "segfault", "exit_0"])
def test_what_an_item_started_is_killed_with_its_process(executor: ProcessExecutor, tmp_path: Path, how: str) -> None:
    arguments = {"folder": str(tmp_path), "how": how, "new_session": False}
    outcomes(executor, "spoil", [arguments], timeout=0.5)
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: gone(int(pid)))  # type: ignore[misc]


@LINUX
@pytest.mark.parametrize("how", ["hang", "segfault"])
def test_what_left_its_group_is_killed_as_well(tmp_path: Path, log: Log, how: str) -> None:
    (tmp_path / "work.py").write_text(WORK)
    executor = ProcessExecutor(tmp_path, limit=1, on_log=log)
    outcomes(executor, "spoil", [{"folder": str(tmp_path), "how": how, "new_session": True}], timeout=0.5)
    executor.close()
    assert [gone(int(pid)) for pid in (tmp_path / "pids").read_text().split()] == [True, True]


@LINUX
def test_closing_ends_all_at_once(make: Callable[..., ProcessExecutor], tmp_path: Path) -> None:
    executor = make(limit=2)
    found: dict[int, list[Outcome]] = {}

    def work(number: int) -> None:
        arguments = [{"folder": str(tmp_path), "name": "never", "x": number}] * 3
        found[number] = outcomes(executor, "wait_for", arguments)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: len(list(tmp_path.glob("waiting-?"))) == 2)
    workers = [int(file.read_text()) for file in tmp_path.glob("waiting-?")]
    nurseries = {parent(pid) for pid in workers} - {os.getpid()}
    executor.close()
    assert not [pid for pid in (*workers, *nurseries) if Path(f"/proc/{pid}").exists()]
    executor.close()
    for thread in threads:
        thread.join(30)
    message = "the process of step `step` was stopped because the run ended"
    assert [[(one.kind, one.message) for one in found[number]] for number in range(4)] == [[("lost", message)] * 3] * 4
    assert [one.message for one in outcomes(executor, "same", [{"x": 1}])] == [message]


ENGINE = """
import sys, threading
from pathlib import Path
from specc_targets.local.execution import Call
from specc_targets.local.processes import ProcessExecutor
from specc_targets.local.processes.starting import Singles, new_starter
folder = Path(sys.argv[1])
executor = ProcessExecutor(folder, limit=3, on_log=print, starter={"singles": Singles, "nursery": new_starter}[sys.argv[2]])
executor.run(Call("work:same", "s"), [((0,), {"x": 1})], lambda *_: None)
arguments = {"folder": str(folder), "how": sys.argv[3], "new_session": False}
executor.run(Call("work:spoil", "s"), [((0,), arguments)], lambda *_: None)
"""


@LINUX
@pytest.mark.parametrize("how", ["hang", "spin"])
def test_nothing_outlives_a_killed_engine(tmp_path: Path, starter: Starters, how: str) -> None:
    (tmp_path / "work.py").write_text(WORK)
    kind = "singles" if starter is Singles else "nursery"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    engine = subprocess.Popen([sys.executable, "-c", ENGINE, str(tmp_path), kind, how], env=environment)
    try:
        until((tmp_path / "pids").exists)
        pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
        pids.append(parent(pids[0]))
        assert not any(gone(pid) for pid in pids)
    finally:
        engine.kill()
        engine.wait()
    until(lambda: all(gone(pid) for pid in pids))


@LINUX
def test_a_nursery_that_was_killed_is_replaced(tmp_path: Path, log: Log) -> None:
    (tmp_path / "work.py").write_text(WORK)
    executor = ProcessExecutor(tmp_path, limit=1, on_log=log)
    try:
        (pid,) = values(outcomes(executor, "pid", [{}]))
        os.kill(parent(pid), signal.SIGKILL)
        until(lambda: gone(pid))
        assert values(outcomes(executor, "same", [{"x": 1}, {"x": 2}])) == [1, 2]
    finally:
        executor.close()


def test_slots_are_in_the_environment_while_an_item_runs(executor: ProcessExecutor) -> None:
    slots = (("gpu", ("1", "0")), ("my-port", ("8000",)))
    expected = [{"gpu": "1", "my-port": "8000"}, {"SPECC_SLOT_GPU": "1", "SPECC_SLOT_MY_PORT": "8000"}]
    assert values(outcomes(executor, "slots", [{}, {}], slots=slots)) == [expected] * 2
    assert values(outcomes(executor, "slots", [{}])) == [[{}, {}]]


def test_a_crash_gives_its_slots_back(executor: ProcessExecutor) -> None:
    slots = (("gpu", ("0",)),)
    assert [one.kind for one in outcomes(executor, "exit_1", [{}] * 3, slots=slots)] == ["lost"] * 3
    assert values(outcomes(executor, "slots", [{}], slots=slots))[0][0] == {"gpu": "0"}
