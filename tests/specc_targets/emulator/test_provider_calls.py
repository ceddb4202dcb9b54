"""What Pulumi's provider asks Step Functions beside what makes a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc_targets.emulator.client import ROLE, Emulator

SOUND = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@pytest.mark.slow
def test_versions_and_definitions(tmp_path: Path) -> None:
    with Emulator(tmp_path) as server:
        client: Any = server.step_functions
        assert client.validate_state_machine_definition(definition=SOUND, type="STANDARD")["result"] == "OK"
        for text in ("{", '{"StartAt": "A"}', SOUND.replace("Pass", "Flap")):
            found = client.validate_state_machine_definition(definition=text)
            assert found["result"] == "FAIL", text
            assert found["diagnostics"][0]["severity"] == "ERROR"
            assert found["diagnostics"][0]["message"]
        made = client.create_state_machine(name="one", definition=SOUND, roleArn=ROLE)["stateMachineArn"]
        assert client.list_state_machine_versions(stateMachineArn=made)["stateMachineVersions"] == []
        with pytest.raises(client.exceptions.StateMachineDoesNotExist):
            client.list_state_machine_versions(stateMachineArn=made.replace("one", "two"))
