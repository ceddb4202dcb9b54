"""Creates a machine, starts one execution, and waits for its end."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from specc_targets.emulator.client import ROLE, Emulator

_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1


@dataclass(frozen=True)
class Ended:
    """How an execution ended."""

    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None
    arn: str = ""


def execute(server: Emulator, name: str, definition: Any, value: Any, *, timeout: float = 300.0) -> Ended:
    """Run `definition` once with `value` as its input. Raises TimeoutError when it has not ended after `timeout` s."""
    client = server.step_functions
    text = definition if isinstance(definition, str) else json.dumps(definition)
    machine = client.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(value))["executionArn"]
    end = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    while time.monotonic() < end:
        found = client.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            output = json.loads(found["output"]) if "output" in found else None
            return Ended(found["status"], output, found.get("error"), found.get("cause"), arn)
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    raise TimeoutError(f"{name} has not ended after {timeout:g} s")
