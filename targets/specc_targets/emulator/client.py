"""Starts the server in a process of its own, and gives clients of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from specc.targets import TargetError
from specc_targets.deployed.session import Account
from specc_targets.emulator.availability import require_emulator
from specc_targets.emulator.calls import CALLS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/emulator"
"""A role that functions and machines made without a template may have."""
_SECONDS_TO_END = 10
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}
        for service in ("lambda", "states")
    ],
}


class Emulator:
    """A running server; use it in a `with` statement. Its clients may be shared by threads.

    `directory` is where it keeps its files. A wait of one second takes `time_scale` seconds. Raises `TargetError` when
    the extra is not installed or the server cannot start, with `port` 0 meaning any that is free. Calls to AWS are
    written to the file `calls`, when one is given, with the roles that make them.
    """

    def __init__(
        self, directory: Path, *, time_scale: float = 0.01, sandboxes: int = 8, port: int = 0, calls: Path | None = None
    ) -> None:
        require_emulator()
        directory.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "specc_targets.emulator.server", "--directory", str(directory)]
        command += ["--time-scale", str(time_scale), "--sandboxes", str(sandboxes), "--port", str(port)]
        path = os.pathsep.join(str(Path(part).resolve()) for part in sys.path if part)
        self._log = (directory / "server.log").open("wb")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONPATH": path, **({} if calls is None else {CALLS: str(calls)})},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._end()
            said = (directory / "server.log").read_text(errors="replace").strip()
            raise TargetError(f"the emulator has not started: {said.rpartition(chr(10))[2]}")
        self.endpoint: str = f"http://127.0.0.1:{json.loads(line)['port']}"
        self.account = Account(endpoint=self.endpoint, region=REGION)
        self.client("iam").create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps(_TRUST))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    @property
    def role(self) -> str:
        """A role for what is made without a template."""
        return ROLE

    def wait(self) -> int:
        """Wait until the server has ended by itself; its exit code."""
        return self._process.wait()

    def _end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def client(self, service: str) -> Any:
        """A client of any service."""
        return self.account.client(service)

    @property
    def step_functions(self) -> SFNClient:
        """A client of Step Functions."""
        client: SFNClient = self.client("stepfunctions")
        return client

    @property
    def s3(self) -> S3Client:
        """A client of S3."""
        client: S3Client = self.client("s3")
        return client

    @property
    def functions(self) -> Any:
        """A client of Lambda."""
        return self.client("lambda")
