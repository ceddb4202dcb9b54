"""Starts the server and gives clients of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

_TESTS = Path(__file__).resolve().parent.parent.parent
_ROOT = _TESTS.parent
ROLE = "arn:aws:iam::123456789012:role/conformance"
REGION = "us-east-1"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}
        for service in ("lambda", "states")
    ],
}


class MotoServer:
    """A running server; use it in a `with` statement. Its clients may be shared by threads."""

    def __init__(self, directory: Path, *, time_scale: float = 0.01, sandboxes: int = 8) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        path = os.pathsep.join(str(part) for part in (_TESTS, _ROOT / "targets", *map(Path, filter(None, sys.path))))
        command = [sys.executable, "-m", "conformance.moto_adapter.server", "--directory", str(directory)]
        command += ["--time-scale", str(time_scale), "--sandboxes", str(sandboxes)]
        self._log = (directory / "server.log").open("wb")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError((directory / "server.log").read_text())
        self.endpoint = f"http://127.0.0.1:{json.loads(line)['port']}"
        self._client("iam").create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps(_TRUST))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    @lru_cache  # noqa: B019  (one server a session)
    def _client(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="ak",
            aws_secret_access_key="sk",
            config=Config(parameter_validation=False, retries={"max_attempts": 0}, max_pool_connections=32),
        )

    @property
    def step_functions(self) -> SFNClient:
        """A client of Step Functions."""
        client: SFNClient = self._client("stepfunctions")
        return client

    @property
    def s3(self) -> S3Client:
        """A client of S3."""
        client: S3Client = self._client("s3")
        return client

    @property
    def functions(self) -> Any:
        """A client of Lambda."""
        return self._client("lambda")
