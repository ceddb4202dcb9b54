"""Containers of local runs, with a program in the place of Docker that runs their commands on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.actions import container
from specc_runtime.errors import ArgumentMismatch, CommandError, OutputMismatch

_FAKE = Path(__file__).parents[2] / "conformance" / "bin"
_IMAGE = "alpine:3"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is told how the program was called."""
    monkeypatch.setenv("PATH", f"{_FAKE}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("SPECC_FAKE_DOCKER", str(tmp_path / "calls"))
    return tmp_path / "calls"


def shell(text: str, **more: Any) -> dict[str, Any]:
    return {"image": _IMAGE, "command": ["sh", "-c", text], **more}


def told(calls: Path) -> list[list[str]]:
    return [call.split("\n") for call in calls.read_text().removesuffix("\n.\n").split("\n.\n")]


def test_the_command_line_holds_names_and_no_values(calls: Path) -> None:
    table = shell("echo $A $B", env={"B": "from the table", "C": 3})
    assert container.run(table, "text", {"A": "from the step", "B": "hidden"}) == "from the step from the table"
    (call,) = told(calls)
    assert call[:3] == ["run", "--rm", "--name"]
    assert call[4:] == ["--env", "A", "--env", "B", "--env", "C", "--", _IMAGE, "sh", "-c", "echo $A $B"]


def test_an_image_may_have_a_command_of_its_own(calls: Path) -> None:
    assert container.run({"image": _IMAGE}) is None
    assert told(calls)[0][-2:] == ["--", _IMAGE]


def test_an_image_is_never_taken_for_a_flag(calls: Path) -> None:
    container.run({"image": "--privileged", "command": ["true"]})
    assert told(calls)[0][-3:] == ["--", "--privileged", "true"]


def test_without_a_result_a_status_is_a_failure(calls: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert container.run(shell("echo said")) is None
    assert "said" in capfd.readouterr().out
    with pytest.raises(CommandError, match=r"the container of `alpine:3` ended with status 3"):
        container.run(shell("exit 3"))


@pytest.mark.usefixtures("calls")
def test_results() -> None:
    assert container.run(shell("echo '[1]'"), "json") == [1]
    assert container.run(shell("exit 3"), "exit") == 3
    with pytest.raises(OutputMismatch):
        container.run(shell("echo no json"), "json")
    with pytest.raises(CommandError, match="could not run"):
        container.run(shell("exit 125"), "exit")
    with pytest.raises(ArgumentMismatch, match=r"`env\.A`"):
        container.run(shell("true", env={"A": None}))


def test_without_an_engine_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"neither `docker` nor `podman`.*engine = \"batch\""):
        container.run(shell("true"))


def test_podman_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "podman").symlink_to(_FAKE / "docker")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(container, "ENGINES", ("a-docker-that-is-not-there", "podman"))
    assert container.run(shell("exit 7"), "exit") == 7


def test_a_container_goes_with_the_process_that_runs_it(tmp_path: Path, calls: Path) -> None:
    """As when a step takes too long: its process group is killed, which Docker's daemon does not see."""
    os.mkfifo(tmp_path / "started")
    os.mkfifo(calls)
    code = f"from specc_runtime.actions.container import run; run({shell(f'echo x > {tmp_path}/started; sleep 60')!r})"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, env=_environment())
    try:
        run = calls.read_text().split("\n")
        (tmp_path / "started").read_text()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert calls.read_text().split("\n")[:3] == ["rm", "--force", run[3]]


def _environment() -> dict[str, str]:
    import specc_runtime

    return {**os.environ, "PYTHONPATH": str(Path(specc_runtime.__file__).parents[1])}


def _docker() -> bool:
    """Whether there is Docker on this machine, with its daemon and an image that every test may use."""
    docker = shutil.which("docker")
    return (
        docker is not None
        and not subprocess.run(
            [docker, "image", "inspect", "busybox:stable"], capture_output=True, check=False, timeout=30
        ).returncode
    )


@pytest.mark.skipif(not _docker(), reason="there is no Docker on this machine with the image `busybox:stable`")
def test_with_docker() -> None:
    assert container.run({"image": "busybox:stable", "command": ["echo", "real"]}, "text") == "real"
