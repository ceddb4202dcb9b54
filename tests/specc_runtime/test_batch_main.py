"""A container's entry point, in a process of its own as in a container."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import specc_runtime
from specc_runtime.invoke import handle
from specc_runtime.store.directory import DirectoryStore

_CODE = """
import os, signal, sys, time
def double(x):
    return x * 2
def fail(error="ValueError"):
    raise {"ValueError": ValueError, "TimeoutError": TimeoutError}[error](os.environ.get("TOKEN", "no such bird"))
def leave(status):
    sys.exit(status)
def die(status):
    os._exit(status)
def stop():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(20)
def slow(seconds):
    time.sleep(seconds)
def counted(name, attempts, slow=False, killed=None):
    with open(name, "a") as file:
        file.write(".")
    if os.stat(name).st_size == killed:
        os._exit(9)
    if os.stat(name).st_size < attempts:
        if slow:
            time.sleep(20)
        raise ValueError("not yet")
    return os.stat(name).st_size
"""


class Container:
    """Requests are submitted and received here; the work is done by `python -m specc_runtime.batch_main`."""

    def __init__(self, folder: Path) -> None:
        (folder / "code").mkdir()
        (folder / "code" / "work.py").write_text(_CODE)
        self.folder = folder
        self.store = DirectoryStore(folder / "store")
        self.job = ""
        """The job that was submitted last."""

    def submit(self, call: str, **more: Any) -> dict[str, Any]:
        request = {"specc": 1, "step": call, "action": "submit", "call": f"work:{call}", "address": f"run/{call}"}
        found = handle({**request, **more}, self.store)
        self.job = found["job"]
        return found

    def run(self, job: str, **environment: str) -> subprocess.CompletedProcess[str]:
        values = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(specc_runtime.__file__).parents[1]),
            "LAMBDA_TASK_ROOT": str(self.folder / "code"),
            "SPECC_STORE": self.store.uri,
            "SPECC_REQUEST": job,
            **environment,
        }
        command = [sys.executable, "-m", "specc_runtime.batch_main"]
        return subprocess.run(
            command, cwd=self.folder, env=values, capture_output=True, text=True, timeout=30, check=False
        )

    def receive(self, job: str, failure: tuple[str, str] = ("", ""), **more: Any) -> dict[str, Any]:
        error = dict(zip(("Error", "Cause"), failure, strict=True))
        request = {"specc": 1, "step": "s", "action": "receive", "job": job, "failure": error}
        return handle({**request, **more}, self.store)

    def raised(self, job: str, failure: tuple[str, str] = ("", ""), **more: Any) -> tuple[str, str]:
        with pytest.raises(Exception) as caught:  # noqa: PT011  # its class is named when it is raised
            self.receive(job, failure, **more)
        return type(caught.value).__name__, str(caught.value)


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path)


def _failed(**detail: Any) -> tuple[str, str]:
    return "States.TaskFailed", json.dumps(detail)


def test_a_result_comes_back_within_the_limits_of_who_receives_it(container: Container) -> None:
    job = container.submit("double", **{"with": {"x": [1, "a"]}}, project=["/0", "/1"])["job"]
    assert container.run(job).returncode == 0
    assert container.receive(job, project=["/0", "/1"]) == {
        "$value": [1, "a", 1, "a"],
        "project": {"/0": 1, "/1": "a"},
    }
    small = container.receive(job, threshold=4, project_limit=8)
    assert small.keys() == {"$ref", "codec", "sha256", "size", "project", "partial"}
    assert small["project"] == {"/0": 1}


def test_each_request_has_an_address_of_its_own(container: Container) -> None:
    first, second = (container.submit("double", **{"with": {"x": 1}})["job"] for _ in range(2))
    assert first != second
    assert first.startswith("run/double/")


def test_an_error_comes_back_under_its_declared_name_without_secrets(container: Container) -> None:
    job = container.submit("fail", errors=["LookupError", "Exception"])["job"]
    done = container.run(job, SPECC_SECRET_TOKEN="env:REAL", REAL="hunter22")
    assert done.returncode == 0
    assert "work.py" in done.stderr
    assert "hunter22" not in done.stderr
    assert container.raised(job) == ("Exception", "***")


def test_a_secret_that_is_not_there_is_the_steps_failure(container: Container) -> None:
    job = container.submit("double", **{"with": {"x": 1}})["job"]
    assert container.run(job, SPECC_SECRET_TOKEN="env:NOWHERE").returncode == 0
    assert container.raised(job)[0] == "SecretNotFound"


def test_leaving_is_a_failure(container: Container) -> None:
    job = container.submit("leave", **{"with": {"status": 3}}, errors=["exit"])["job"]
    assert container.run(job).returncode == 0
    assert container.raised(job) == ("exit", "3")


def test_what_takes_too_long_is_ended(container: Container) -> None:
    job = container.submit("slow", **{"with": {"seconds": 20}}, limit=100)["job"]
    assert container.run(job).returncode == 0
    assert container.raised(job) == ("timeout", "no result within 0.1 seconds")


def test_being_told_to_stop_is_a_loss(container: Container) -> None:
    job = container.submit("stop")["job"]
    assert container.run(job).returncode == 143
    name, message = container.raised(job, _failed(StatusReason="Essential container", Container={"ExitCode": 143}))
    assert name == "lost"
    assert "told to stop" in message
    late = _failed(StatusReason="Job attempt duration exceeded timeout")
    assert container.raised(job, late)[0] == "timeout", "what the service says is nearer to the cause"


@pytest.mark.parametrize("status", [0, 3])
def test_an_end_without_an_answer_is_a_loss_and_an_exit(container: Container, status: int) -> None:
    job = container.submit("die", **{"with": {"status": status}})["job"]
    assert container.run(job).returncode == status
    failure = _failed(Attempts=[{"Container": {"ExitCode": status}}]) if status else ("", "")
    assert container.raised(job, failure)[0] == "lost"
    assert container.raised(job, failure, errors=["exit"])[0] == "exit"
    assert f"status {status}" in container.raised(job, failure)[1]


def test_without_a_request_there_is_no_answer(container: Container) -> None:
    done = container.run("run/nothing")
    assert done.returncode == 2
    assert "nothing is stored" in done.stderr
    assert "SPECC_REQUEST" in container.run("").stderr


class TestArray:
    def manifest(self, container: Container, items: list[Any]) -> dict[str, Any]:
        request = {"specc": 1, "step": "m", "action": "scatter", "each": {"x": items}, "as": "manifest"}
        return handle(request, container.store)

    def submit(self, container: Container, call: str, items: list[Any], **more: Any) -> dict[str, Any]:
        found = self.manifest(container, items)
        return container.submit(call, array={"count": found["count"], "$ref": found["$ref"]}, **more)

    def gather(self, container: Container, call: str, count: int, **more: Any) -> Any:
        request = {"specc": 1, "step": "m", "action": "gather", "address": f"run/{call}", "count": count}
        return handle({**request, "records": container.job, **more}, container.store)

    def failure(self, container: Container, call: str, count: int, **more: Any) -> tuple[str, str]:
        with pytest.raises(Exception) as caught:  # noqa: PT011  # its class is named when it is raised
            self.gather(container, call, count, **more)
        return type(caught.value).__name__, str(caught.value)

    def test_each_job_works_on_its_item(self, container: Container) -> None:
        found = self.submit(container, "double", [3, 4, 5], **{"with": {"x": "${x}"}})
        assert found["chunks"] == [{"offset": 0, "size": 3}]
        for index in ("2", "0", "1"):
            container.run(found["job"], SPECC_OFFSET="0", AWS_BATCH_JOB_ARRAY_INDEX=index)
        assert self.gather(container, "double", 3) == {"$value": [6, 8, 10]}

    def test_a_failure_is_kept_and_a_missing_item_is_a_loss(self, container: Container) -> None:
        found = self.submit(container, "fail", ["ValueError", "TimeoutError"], **{"with": {"error": "${x}"}})
        container.run(found["job"], SPECC_OFFSET="1")
        tolerant = {"tolerate": {"unit": "count", "amount": 2}, "stopped": "Host EC2 terminated"}
        assert self.gather(container, "fail", 2, **tolerant)["$value"] == [None, None]
        assert self.failure(container, "fail", 2, stopped="Host EC2 terminated") == ("TimeoutError", "no such bird")

    def test_what_an_earlier_attempt_at_the_map_has_left_is_no_result(self, container: Container) -> None:
        for _ in range(2):
            found = self.submit(container, "double", [1, 2], **{"with": {"x": "${x}"}})
            container.run(found["job"], SPECC_OFFSET="1")
        container.run(found["job"], SPECC_OFFSET="0")
        assert self.gather(container, "double", 2, stopped="") == {"$value": [2, 4]}
        self.submit(container, "double", [1, 2], **{"with": {"x": "${x}"}})
        assert self.failure(container, "double", 2, stopped="Host EC2 terminated")[0] == "lost"

    def test_what_is_lost_is_the_failure_where_nothing_else_failed(self, container: Container) -> None:
        found = self.submit(container, "double", [1, 2], **{"with": {"x": "${x}"}})
        container.run(found["job"], SPECC_OFFSET="1")
        name, message = self.failure(container, "double", 2, stopped="Host EC2 terminated")
        assert name == "lost"
        assert "Host EC2" in message

    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            ("", "lost"),
            ("States.TaskFailed: Array Child Job failed", "lost"),
            ("Batch.ClientException: no such queue; States.TaskFailed: x", "Batch.ClientException"),
            ("States.Timeout: ", "timeout"),
        ],
    )
    def test_why_an_array_failed_is_the_failure_of_what_it_lost(
        self, container: Container, told: str, expected: str
    ) -> None:
        self.submit(container, "double", [1])
        assert self.failure(container, "double", 1, stopped=told)[0] == expected

    @pytest.mark.parametrize("stops", [True, False])
    def test_after_a_failure_that_is_not_tolerated_no_item_begins(self, container: Container, stops: bool) -> None:
        found = self.manifest(container, [{"e": "ValueError", "n": "a"}, {"e": "TimeoutError", "n": "b"}])
        array = {"count": 2, "$ref": found["$ref"], "stops": stops}
        found = container.submit("fail", array=array, **{"with": {"error": "${x.e}"}})
        container.run(found["job"], SPECC_OFFSET="1")
        later = container.run(found["job"], SPECC_OFFSET="0")
        assert later.returncode == 0, "Batch has nothing to try again"
        assert ("does not begin" in later.stderr) is stops
        assert self.failure(container, "fail", 2, stopped="")[0] == ("TimeoutError" if stops else "ValueError")

    def test_a_job_that_is_told_to_stop_keeps_no_other_from_beginning(self, container: Container) -> None:
        found = self.manifest(container, [1])
        array = {"count": 1, "$ref": found["$ref"], "stops": True}
        job = container.submit("stop", array=array)["job"]
        assert [container.run(job, SPECC_OFFSET="0").returncode for _ in range(2)] == [143, 143]

    @pytest.mark.parametrize(("on", "begun"), [(["ValueError", "lost"], 1), (["ValueError"], 2)])
    def test_attempts_are_counted_on_when_batch_tries_again(
        self, container: Container, on: list[str], begun: int
    ) -> None:
        """Two retries, of which being killed takes one where that is what the step retries."""
        retry = {"max": 2, "milliseconds": 1, "backoff": "1.0", "on": on}
        arguments = {"name": "${x}", "attempts": 9, "killed": 2}
        found = self.submit(container, "counted", ["a"], **{"with": arguments}, retry=retry)
        assert container.run(found["job"], SPECC_OFFSET="0", AWS_BATCH_JOB_ATTEMPT="1").returncode == 9
        assert container.run(found["job"], SPECC_OFFSET="0", AWS_BATCH_JOB_ATTEMPT="2").returncode == 0
        assert (container.folder / "a").stat().st_size == 2 + begun
        assert self.failure(container, "counted", 1, stopped="") == ("ValueError", "not yet")

    @pytest.mark.parametrize("slow", [False, True])
    def test_a_job_makes_its_own_retries(self, container: Container, slow: bool) -> None:
        retry = {"max": 2, "milliseconds": 1, "backoff": "1.0", "on": ["ValueError", "timeout"]}
        arguments = {"name": "${x}", "attempts": 3, "slow": slow}
        found = self.submit(container, "counted", ["a"], **{"with": arguments}, retry=retry, limit=300)
        assert container.run(found["job"], SPECC_OFFSET="0").returncode == 0
        assert self.gather(container, "counted", 1) == {"$value": [3]}


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (2, [2]), (10_000, [10_000]), (10_001, [9_999, 2]), (10_002, [10_000, 2])]
)
def test_arrays_have_two_to_ten_thousand_jobs(container: Container, count: int, sizes: list[int]) -> None:
    chunks = container.submit("double", array={"count": count, "$ref": "x"})["chunks"]
    assert [chunk["size"] for chunk in chunks] == sizes
    assert [chunk["offset"] for chunk in chunks] == [sum(sizes[:at]) for at in range(len(sizes))]


_ENDINGS = [
    (("States.Timeout", ""), "timeout", "no answer came"),
    (("Batch.ClientException", "no such queue"), "Batch.ClientException", "no such queue"),
    (("States.TaskFailed", "no JSON"), "lost", "no JSON"),
    (_failed(StatusReason="Host EC2 (instance i-0) terminated."), "lost", "taken away"),
    (_failed(StopCode="SpotInterruption", StoppedReason="Your Spot Task was interrupted."), "lost", "taken away"),
    (_failed(StopCode="TaskFailedToStart", StoppedReason="CannotPullContainerError"), "lost", "CannotPull"),
    (_failed(Container={"ExitCode": 137, "Reason": "OutOfMemoryError: Container killed"}), "lost", "out of memory"),
    (_failed(Containers=[{"ExitCode": 139}]), "lost", "segmentation fault"),
]


@pytest.mark.parametrize(("failure", "name", "words"), _ENDINGS)
def test_what_ended_a_container_is_told(container: Container, failure: tuple[str, str], name: str, words: str) -> None:
    job = container.submit("double")["job"]
    found, message = container.raised(job, failure)
    assert found == name
    assert words in message
