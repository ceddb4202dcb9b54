"""`specc emulator`: an account that is served until it is asked to end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_SPECC = [sys.executable, "-m", "specc.cli"]


@pytest.mark.slow
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_at_its_address_until_it_is_ended(tmp_path: Path, ended_by: signal.Signals) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "AWS_PROFILE": "none-of-its-business"}
    process = subprocess.Popen(
        [*_SPECC, "emulator"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    endpoint = process.stdout.readline().strip()
    assert endpoint.startswith("http://127.0.0.1:")
    host, port = endpoint.removeprefix("http://").split(":")
    socket.create_connection((host, int(port)), timeout=5).close()
    process.send_signal(ended_by)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "Ctrl-C" in said
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_port_that_is_taken_is_told(specc: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = specc("emulator", "--port", port)
    assert (result.code, result.out) == (2, "")
    assert f"port {port} is taken" in result.err
    assert "Traceback" not in result.err


def test_what_is_missing_is_told_with_the_command_that_installs_it(
    specc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from specc_targets.emulator import availability

    monkeypatch.setattr(availability, "find_spec", lambda name: None if name == "jsonata" else name)
    result = specc("emulator")
    assert result.code == 3
    assert (
        result.err
        == "error: the emulator needs jsonata-python; install with: pip install '.[emulator]' in a clone of specc\n"
    )
