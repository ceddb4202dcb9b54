"""Lambda functions that run: moto only echoes what a function is given, which would make every pipeline succeed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda_simple.models import LambdaSimpleBackend, lambda_simple_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from specc_targets.emulator.calls import access_key, note
from specc_targets.emulator.function_logs import write_logs
from specc_targets.emulator.replacing import replace
from specc_targets.emulator.sandbox import FunctionConfiguration, SandboxPool

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_PAYLOAD_LIMIT = 256 * 1024
"""Bytes of a task's input (Step Functions Developer Guide, "Quotas related to task executions")."""

_IN_LAYER = "python/"
"""Where Python finds modules in a layer (AWS Lambda Developer Guide, "Working with layers for Python functions")."""


class Functions:
    """Runs moto's Lambda functions in a pool of sandboxes."""

    def __init__(self, pool: SandboxPool, endpoint: str) -> None:
        self._pool = pool
        self._endpoint = endpoint
        self._code = Path(tempfile.mkdtemp(prefix="code-"))

    def install(self) -> None:
        """Take the place of moto's echo, for direct invocations and for those of the interpreter."""
        replace(LambdaSimpleBackend, "invoke", LambdaBackend.invoke)
        replace(LambdaFunction, "_invoke_lambda", lambda function, event=None: self._invoke_function(function, event))
        replace(lambda_eval_utils, "_invoke_lambda_function", self._invoke_from_machine)

    def code_of(self, store: str) -> Path | None:
        """The folder with the code of a stack, known by its store: that of any of its functions."""
        for backend in lambda_simple_backends[DEFAULT_ACCOUNT_ID].values():
            for function in backend.list_functions():
                if function.environment_vars.get("SPECC_STORE") == store:
                    return self._unpacked(function)
        return None

    def _invoke_function(self, function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
        answer = self._run(function, event)
        return json.dumps(answer.get("result", answer.get("error"))), "error" in answer, ""

    def _invoke_from_machine(self, parameters: dict[str, Any], region: str, state_credentials: Any) -> dict[str, Any]:
        name = parameters["FunctionName"]
        payload = parameters.get("Payload") or b"{}"
        if len(payload) > _PAYLOAD_LIMIT:
            raise _client_error("RequestTooLargeException", f"{len(payload)} byte payload is too large", 413)
        try:
            function = lambda_simple_backends[DEFAULT_ACCOUNT_ID][region].get_function(
                name, parameters.get("Qualifier")
            )
        except UnknownFunctionException as error:
            raise _client_error("ResourceNotFoundException", f"Function not found: {name}", 404) from error
        note(state_credentials.role_arn, "lambda", "Invoke", {"FunctionName": name})
        answer = self._run(function, json.loads(payload))
        response = {
            "ExecutedVersion": str(function.version),
            "StatusCode": 200,
            "Payload": answer.get("result", answer.get("error")),
        }
        return response if "result" in answer else {**response, "FunctionError": "Unhandled"}

    def _run(self, function: LambdaFunction, event: Any) -> dict[str, Any]:
        begun = int(time.time() * 1000)
        answer = self._pool.invoke(self._configuration(function), event)
        write_logs(function, begun, answer)
        return answer.body

    def _configuration(self, function: LambdaFunction) -> FunctionConfiguration:
        return FunctionConfiguration(
            name=function.function_name,
            version=function.code_sha_256,
            handler=function.handler or "",
            code=self._unpacked(function),
            environment=tuple(sorted(self._environment(function).items())),
            timeout=float(function.timeout),
            memory=int(function.memory_size),
        )

    def _environment(self, function: LambdaFunction) -> dict[str, str]:
        base = {
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": access_key(function.role),
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": self._endpoint,
            "LAMBDA_TASK_ROOT": str(self._unpacked(function)),
            "_HANDLER": function.handler,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
        }
        return {**base, **function.environment_vars}

    def _unpacked(self, function: LambdaFunction) -> Path:
        """The folder of the function's code and of its layers' modules; functions with the same share it."""
        backend = lambda_simple_backends[DEFAULT_ACCOUNT_ID][function.region]
        found = [backend.layers_versions_by_arn(layer["Arn"]) for layer in function.layers]
        layers: list[bytes] = [layer.code_bytes for layer in found if layer is not None]
        content: bytes = function.code_bytes
        folder = self._code / hashlib.sha256(b"\0".join([content, *layers])).hexdigest()[:16]
        if not folder.exists():
            fresh = Path(tempfile.mkdtemp(dir=self._code))
            for layer in layers:
                _extract(layer, fresh, _IN_LAYER)
            _extract(content, fresh)  # last, since a function's own modules are found first
            with contextlib.suppress(OSError):  # another invocation was first
                fresh.rename(folder)
        return folder


def _extract(content: bytes, folder: Path, below: str = "") -> None:
    """Unpack what an archive has in the folder `below`, as if that were its root."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if info.filename.startswith(below) and not info.is_dir():
                info.filename = info.filename.removeprefix(below)
                archive.extract(info, folder)


def _client_error(code: str, message: str, status: int) -> ClientError:
    from botocore.exceptions import ClientError

    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "0"},
    }
    return ClientError(answer, "Invoke")
