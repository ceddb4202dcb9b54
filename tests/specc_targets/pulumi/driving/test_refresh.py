"""`specc refresh`: what has drifted at AWS, and whether the code there is the code here; and `specc outputs`."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pulumi_stand_in.place import FUNCTION, OUTPUTS, ROLE, Place
from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import CloudStack


class Lambda:
    """What Lambda says of functions."""

    def __init__(self) -> None:
        self.hashes: dict[str, str] = {}

    def get_function_configuration(self, FunctionName: str) -> dict[str, str]:  # noqa: N803  # boto3's name
        if FunctionName not in self.hashes:
            said = {"Error": {"Code": "ResourceNotFoundException", "Message": "no such function"}}
            raise ClientError(said, "GetFunctionConfiguration")
        return {"CodeSha256": self.hashes[FunctionName]}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    made, real = Lambda(), Account.client
    monkeypatch.setattr(Account, "client", lambda self, name: made if name == "lambda" else real(self, name))
    return made


def refresh(place: Place, *arguments: str, code: int = 0) -> Any:
    return place.specc("refresh", "birds.toml", "--stack", "dev", *arguments, code=code)


def bring_up(place: Place, deployed: Lambda) -> None:
    place.up()
    archive = (place.settings.parent / "code.zip").read_bytes()
    deployed.hashes["specc-birds-dev-default"] = base64.b64encode(hashlib.sha256(archive).digest()).decode()


def test_nothing_has_changed(place: Place, deployed: Lambda) -> None:
    bring_up(place, deployed)
    done = refresh(place)
    assert done.out.splitlines() == [
        "the code of specc-birds-dev-default is what the spec compiles to",
        "specc-birds-dev at eu-west-1 is as it was brought up",
    ]


@pytest.mark.parametrize("what", ["nothing", "a resource", "the code", "a function"])
def test_an_exit_code_for_those_who_ask(place: Place, deployed: Lambda, what: str) -> None:
    bring_up(place, deployed)
    if what == "a resource":
        place.scenario["drift"] = [{"type": ROLE, "name": "default-function-role", "op": "delete"}]
    elif what == "the code":
        (place.folder / "birds.py").write_text((place.folder / "birds.py").read_text().replace("crow", "duck"))
    elif what == "a function":
        deployed.hashes.clear()
    refresh(place)
    done = refresh(place, "--exit-code", code=0 if what == "nothing" else 1)
    assert ("specc-birds-dev at eu-west-1 is not what was brought up from here" in done.err) is (what != "nothing")


def test_drift(place: Place, deployed: Lambda) -> None:
    bring_up(place, deployed)
    place.scenario["drift"] = [
        {"type": FUNCTION, "name": "default-function", "op": "update", "keys": ["memorySize", "timeout"]},
        {"type": ROLE, "name": "default-function-role", "op": "delete"},
    ]
    done = refresh(place)
    assert f"default-function ({FUNCTION}) was changed: memorySize, timeout" in done.out
    assert f"default-function-role ({ROLE}) is gone" in done.out
    assert "as it was brought up" not in done.out
    assert "default-function (steps get_birds, flap) was changed: memorySize, timeout" in done.err
    found = json.loads(refresh(place, "--json").out)
    assert found["drifted"][0] == {
        "resource": "default-function",
        "type": FUNCTION,
        "gone": False,
        "properties": ["memorySize", "timeout"],
    }
    assert found["code"] == [{"function": "specc-birds-dev-default", "profile": "default", "state": "same"}]


def test_code(place: Place, deployed: Lambda) -> None:
    bring_up(place, deployed)
    with (place.folder / "birds.py").open("a") as file:
        file.write("\nX = 1\n")
    assert "default is not what the spec compiles to" in refresh(place).out
    deployed.hashes.clear()
    assert "the code of specc-birds-dev-default is not deployed" in refresh(place).out


def test_code_without_the_cli(place: Place, deployed: Lambda) -> None:
    bring_up(place, deployed)
    (place.folder / "bin" / "pulumi").unlink()
    done = refresh(place, code=3)
    assert done.out == "the code of specc-birds-dev-default is what the spec compiles to\n"
    assert "only the code was compared: the Pulumi CLI is not installed" in done.err
    assert json.loads(refresh(place, "--json", code=3).out)["drifted"] is None


def test_never_brought_up(place: Place, deployed: Lambda) -> None:
    done = refresh(place, code=1)
    assert "`specc up birds.toml --stack dev` does that" in done.err


def test_outputs(place: Place) -> None:
    place.up()
    place.scenario["outputs"]["Functions"] = {"default": "specc-birds-dev-default"}
    done = place.specc("outputs", "birds.toml", "--stack", "dev")
    wanted = [f"{name} = {value}" for name, value in OUTPUTS.items()]
    assert done.out.splitlines() == [*wanted, 'Functions = {"default": "specc-birds-dev-default"}']
    assert json.loads(place.specc("outputs", "birds.toml", "--stack", "dev", "--json").out)["Functions"] == {
        "default": "specc-birds-dev-default"
    }


def test_outputs_of_cloudformation(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CloudStack, "described", lambda self: {"StackStatus": "CREATE_COMPLETE"})
    monkeypatch.setattr(CloudStack, "outputs", lambda self: {"StateMachineArn": "arn:x"})
    assert place.specc("outputs", "birds.toml", "--stack", "dev").out == "StateMachineArn = arn:x\n"


def test_no_outputs(place: Place) -> None:
    done = place.specc("outputs", "birds.toml", "--stack", "dev", code=1)
    assert "`specc-birds-dev` is not deployed at eu-west-1; `specc up birds.toml --stack dev` does that" in done.err
