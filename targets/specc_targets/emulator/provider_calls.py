"""What Pulumi's provider for AWS asks Step Functions when it makes a state machine, and moto does not answer."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import InvalidDefinition
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse


def install() -> None:
    """Versions of a machine, of which nobody makes any here, and what moto's parser says of a definition."""
    StepFunctionResponse.list_state_machine_versions = _versions  # type: ignore[attr-defined]  # moto has none
    StepFunctionResponse.validate_state_machine_definition = _validate  # type: ignore[attr-defined]  # moto has none


def _versions(self: StepFunctionResponse) -> ActionResult:
    self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))  # raises where there is none
    return ActionResult({"stateMachineVersions": []})


def _validate(self: StepFunctionResponse) -> ActionResult:
    found: list[dict[str, Any]] = []
    try:
        StepFunctionsParserBackend._validate_definition(definition=self._get_param("definition"))
    except InvalidDefinition as error:
        found.append({"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(error.message)})
    return ActionResult({"result": "FAIL" if found else "OK", "diagnostics": found, "truncated": False})
