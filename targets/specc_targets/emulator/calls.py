"""Who calls AWS: every role has an access key of its own, and calls can be written down with their roles."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from specc_targets.emulator.models import session
from specc_targets.emulator.replacing import replace

CALLS = "SPECC_EMULATOR_CALLS"
"""Environment variable of the server with the file to which calls are written, one JSON object a line."""
_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_"
_MAPS = "moto.stepfunctions.parser.asl.component.state.exec.state_map"
_CALLERS = (
    *(
        f"{_TASKS}{service}"
        for service in ("aws_sdk", "batch", "dynamodb", "ecs", "events", "glue", "sfn", "sns", "sqs")
    ),
    f"{_MAPS}.item_reader.eval.resource_eval_s3",
    f"{_MAPS}.result_writer.resource_eval.resource_eval_s3",
)
"""The modules of the interpreter that make clients."""
_LONGEST = 4096
"""Letters of a value that are written down."""


def access_key(role: str) -> str:
    """The access key of whoever has taken on the role with this ARN."""
    return role.rpartition("/")[2] or "role"


def install() -> None:
    """The interpreter calls AWS as the role of its machine. Calls are written down when somebody asked for it."""
    for name in _CALLERS:
        module = import_module(name)
        replace(module, "boto_client_for", _client_for)
    record()


def record() -> None:
    """Write down the calls of all clients of this process, if the environment says where."""
    if CALLS not in os.environ:
        return
    from botocore.client import BaseClient

    path = Path(os.environ[CALLS])
    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs have only what is public

    def call(self: Any, operation_name: str, api_params: Any) -> Any:
        credentials = self._request_signer._credentials
        _write(
            path,
            credentials.access_key if credentials else "",
            self.meta.service_model.service_name,
            operation_name,
            api_params,
        )
        return original(self, operation_name, api_params)

    replace(BaseClient, "_make_api_call", call)


def note(role: str, service: str, operation: str, parameters: dict[str, Any]) -> None:
    """Write down a call that no client makes."""
    if CALLS in os.environ:
        _write(Path(os.environ[CALLS]), access_key(role), service, operation, parameters)


def _write(path: Path, role: str, service: str, operation: str, parameters: Any) -> None:
    line = {"role": role, "service": service, "operation": operation, "parameters": _shown(parameters)}
    with path.open("ab", buffering=0) as file:  # one write, so that lines of several processes stay whole
        file.write((json.dumps(line) + "\n").encode())


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, str):
        return value[:_LONGEST]
    return value if value is None or isinstance(value, bool | int | float) else f"({type(value).__name__})"


def _client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    return _client(region, service, access_key(getattr(state_credentials, "role_arn", "") or ""))


@lru_cache(maxsize=256)
def _client(region: str, service: str, key: str) -> Any:
    """As moto makes it, but once for each role."""
    from botocore.config import Config
    from moto.settings import moto_server_port

    config = Config(
        parameter_validation=False,
        retries={"max_attempts": 0, "total_max_attempts": 1},
        read_timeout=3_600,
        max_pool_connections=32,
    )
    with session() as shared:
        return shared.client(  # type: ignore[call-overload]  # the stubs know services only by their literal names
            service,
            endpoint_url=f"http://localhost:{moto_server_port()}",
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            config=config,
        )
