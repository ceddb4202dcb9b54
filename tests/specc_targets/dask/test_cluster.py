"""Calls on a real cluster end as they do here; workers may be killed."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from specc_runtime import capture
from specc_targets.dask import EngineError, open_dask
from specc_targets.local.execution import Call, Outcome

pytestmark = pytest.mark.slow


def run(executor: Any, function: str, *arguments: dict[str, Any], **options: Any) -> list[Outcome]:
    """The outcomes of a batch, in order."""
    found: dict[int, Outcome] = {}
    items = [((number,), argument) for number, argument in enumerate(arguments)]
    executor.run(Call(f"work:{function}", "step", **options), items, found.__setitem__)
    assert sorted(found) == list(range(len(arguments)))
    return [found[number] for number in range(len(arguments))]


def values(outcomes: list[Outcome]) -> list[Any]:
    assert all(outcome.kind == "done" for outcome in outcomes), outcomes
    return [json.loads(outcome.data) if outcome.codec == "json" else outcome.data for outcome in outcomes]


def test_calls_end_as_they_do_here(cluster, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[tuple[Any, ...]] = []
    executor = open_dask(cluster.address, root, None)
    try:
        with capture.installed(lambda *line: lines.append(line)):
            assert values(run(executor, "double", {"x": 1}, {"x": 2})) == [2, 4]
        assert lines == [
            (("step", (0,)), "stdout", None, "doubling 1"),
            (("step", (0,)), "logging", "WARNING", "birds: twice 1"),
            (("step", (1,)), "stdout", None, "doubling 2"),
            (("step", (1,)), "logging", "WARNING", "birds: twice 2"),
        ]
        assert values(run(executor, "reverse", {"data": b"\0\1\2"})) == [b"\2\1\0"]
        failed = run(executor, "check", {"x": 2}, {"x": 3}, {"x": 4})
        assert [outcome.kind for outcome in failed] == ["done", "failed", "done"]
        assert (failed[1].names[0], failed[1].message) == ("ValueError", "three is not allowed")
        assert "work.py" in failed[1].traceback
        late = run(executor, "sleep", {"x": 0}, {"x": 600}, {"x": 0}, timeout=0.2)
        assert [outcome.kind for outcome in late] == ["done", "timeout", "done"]
        left = run(executor, "leave", {"x": 1})
        assert (left[0].kind, left[0].names) == ("lost", ("lost",))
        assert "exit code 7" in left[0].message
        assert run(executor, "nothing", {"x": 1})[0].names[0] == "FunctionNotFound"
        assert values(run(executor, "slot", {}, {}, slots=(("gpu", ("4",)),))) == ["4", "4"]
        assert values(run(executor, "where", {})) == [str(root)]
        assert executor.capacity == 2
    finally:
        executor.close()
    executor.close()
    assert run(executor, "double", {"x": 1})[0].kind == "lost"


def test_many_threads_at_once(cluster, root: Path) -> None:
    executor = open_dask(cluster.address, root, None)
    found: dict[int, list[Any]] = {}

    def work(start: int) -> None:
        for at in range(start, start + 20, 5):
            found[at] = values(run(executor, "double", *({"x": x} for x in range(at, at + 5))))

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 160, 20)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        executor.close()
    assert found == {at: [2 * x for x in range(at, at + 5)] for at in range(0, 160, 5)}


def test_a_worker_that_does_not_see_the_project_gets_it(cluster, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is there for this process alone: here it is moved away after it was read."""
    import specc_targets.dask.executor as executors

    read = executors.read_project

    def and_move(folder: Path) -> Any:
        project = read(folder)
        folder.rename(folder.with_name("moved"))
        return project

    monkeypatch.setattr(executors, "read_project", and_move)
    executor = open_dask(cluster.address, root, None)
    try:
        (place,) = values(run(executor, "where", {}))
        assert Path(place).is_relative_to(cluster.folder)
        assert values(run(executor, "double", {"x": 4})) == [8]
    finally:
        executor.close()
    cluster.wait_until(lambda: not Path(place).exists())


def test_the_environment_of_the_run_is_there(cluster, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "work.py").write_text("import os\ndef read(name):\n    return os.environ.get(name)\n")
    executor = open_dask(cluster.address, root, None)
    try:
        monkeypatch.setenv("SPECC_TEST_SECRET", "s3cret")
        assert values(run(executor, "read", {"name": "SPECC_TEST_SECRET"})) == ["s3cret"]
    finally:
        executor.close()
    assert "s3cret" not in (cluster.folder / "log").read_text()


def ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        found.append(pid)
        status = Path(f"/proc/{pid}/status").read_text()
        pid = int(status.split("PPid:")[1].split()[0])
    return found


def test_a_killed_worker_has_its_items_done_elsewhere(cluster, root: Path, tmp_path: Path) -> None:
    executor = open_dask(cluster.address, root, None)
    outcomes: list[Outcome] = []

    def work() -> None:
        items = [{"x": x, "folder": str(tmp_path)} for x in range(10)]
        outcomes.extend(run(executor, "wait", *items))

    thread = threading.Thread(target=work)
    try:
        thread.start()
        began = tmp_path / "began"
        cluster.wait_until(lambda: began.exists() and began.read_text())
        pid = int(began.read_text())
        (worker,) = [process for process in cluster.processes[1:] if process.pid in ancestors(pid)]
        os.kill(worker.pid, signal.SIGKILL)
        thread.join(60)
        assert not thread.is_alive()
        assert values(outcomes) == list(range(10))
        cluster.wait_until(lambda: not Path(f"/proc/{pid}").exists())  # what the worker had started ended with it
        assert executor.capacity == 1
    finally:
        executor.close()
        thread.join()


def test_an_item_that_kills_its_workers_is_lost(cluster, root: Path) -> None:
    """Others of its batch have their results all the same."""
    for _ in range(2):
        cluster.add_worker("--nanny")  # starts another one when its worker ends
    cluster.wait_for_workers(4)
    executor = open_dask(cluster.address, root, None)
    try:
        outcomes = run(executor, "kill_worker", {"x": 0}, {"x": 1})
        assert [outcome.kind for outcome in outcomes] == ["done", "lost"]
        assert outcomes[1].message == "the process of step `step` lost its worker 2 times"
    finally:
        executor.close()


def test_a_scheduler_that_ends_loses_what_is_under_way(
    cluster, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specc_targets.dask.cluster._CONNECT", 2)
    executor = open_dask(cluster.address, root, None)
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(run(executor, "wait", {"x": 5, "folder": str(tmp_path)})))
    try:
        thread.start()
        cluster.wait_until((tmp_path / "began").exists)
        cluster.processes[0].kill()
        thread.join(60)
        assert not thread.is_alive()
        assert [outcome.kind for outcome in outcomes] == ["lost"]
    finally:
        executor.close()
        thread.join()


def test_closing_ends_what_runs(cluster, root: Path, tmp_path: Path) -> None:
    executor = open_dask(cluster.address, root, None)
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(run(executor, "wait", {"x": 5, "folder": str(tmp_path)})))
    thread.start()
    began = tmp_path / "began"
    cluster.wait_until(lambda: began.exists() and began.read_text())
    executor.close()
    thread.join(60)
    assert not thread.is_alive()
    assert [outcome.kind for outcome in outcomes] == ["lost"]
    cluster.wait_until(lambda: not Path(f"/proc/{began.read_text()}").exists())


def test_a_scheduler_that_is_not_there(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("specc_targets.dask.cluster._CONNECT", 0.5)
    with pytest.raises(EngineError, match=r"no Dask scheduler answers at `tcp://127\.0\.0\.1:9`"):
        open_dask("tcp://127.0.0.1:9", root, None)
    assert capsys.readouterr().err.startswith("connecting to tcp://127.0.0.1:9\n")


def test_workers_of_another_version_are_refused(cluster, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.0.0")  # here; the workers are other processes
    with pytest.raises(EngineError, match="they must be the same"):
        open_dask(cluster.address, root, None)


def test_workers_here(root: Path) -> None:
    """Without an address there are as many as `jobs` asks for, and nobody outside can reach them."""
    executor = open_dask(None, root, 2)
    try:
        assert executor.capacity == 2
        assert values(run(executor, "double", {"x": 21})) == [42]
        assert "127.0.0.1" in executor._connection.cluster.scheduler_address
    finally:
        executor.close()
