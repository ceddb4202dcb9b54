"""`specc up`: what it shows, asks, does and prints; against a stand-in for the Pulumi CLI."""

from __future__ import annotations

import json

import pytest

from pulumi_stand_in.place import FUNCTION, OUTPUTS, Place
from specc_targets.pulumi.driving import buckets, names


def test_first_time(place: Place) -> None:
    done = place.up()
    assert "birds, stack dev, at eu-west-1" in done.err
    line = "+ create  default-function       aws:lambda:Function   (steps get_birds, flap; birds.toml:5)"
    assert line in done.err.splitlines()
    assert "\n4 to create\n" in done.err
    assert "created default-function (steps get_birds, flap)  0.0 s" in done.err
    assert "brought up specc-birds-dev at eu-west-1: 4 create" in done.err
    assert done.out.splitlines() == [f"{name} = {value}" for name, value in OUTPUTS.items()]
    project = place.settings.parent
    assert {"Pulumi.yaml", "__main__.py", "code.zip", "state-machine.asl.json"} <= {
        item.name for item in project.iterdir()
    }
    assert [item["urn"].split("::")[-1] for item in place.latest()["resources"]][1:] == [
        "bucket", "default-function-role", "default-function", "state-machine",
    ]  # fmt: skip


def test_second_time_changes_nothing(place: Place) -> None:
    place.up()
    done = place.specc("up", "birds.toml", "--stack", "dev")  # nobody need be asked
    assert "nothing to do" in done.err
    assert "nothing has changed: specc-birds-dev" in done.err
    assert "created" not in done.err


def test_json(place: Place) -> None:
    found = json.loads(place.up("--json").out)
    assert found == {
        "stack": "specc-birds-dev",
        "place": "eu-west-1",
        "changed": True,
        "changes": {"create": 4},
        "outputs": OUTPUTS,
    }
    assert json.loads(place.up("--json").out)["changed"] is False


def test_secret_outputs_are_not_told(place: Place) -> None:
    place.scenario["secret_outputs"] = {"Token": "s3cr3t-of-mine"}
    done = place.up()
    assert "Token = [secret]" in done.out
    assert "s3cr3t-of-mine" not in done.out + done.err
    assert "s3cr3t-of-mine" not in place.specc("outputs", "birds.toml", "--stack", "dev", "--json").out
    told = place.specc("outputs", "birds.toml", "--stack", "dev", "--json", "--show-secrets")
    assert json.loads(told.out)["Token"] == "s3cr3t-of-mine"


def test_nobody_to_ask(place: Place) -> None:
    done = place.specc("up", "birds.toml", "--stack", "dev", code=2)
    assert "bring up specc-birds-dev at eu-west-1; say `--yes` where nobody can be asked" in done.err
    assert "4 to create" in done.err
    assert not place.ran("up")


@pytest.mark.parametrize(("answer", "code"), [("n", 130), ("y", 0)])
def test_asks(place: Place, answer: str, code: int) -> None:
    place.answers = [answer]
    done = place.specc("up", "birds.toml", "--stack", "dev", code=code)
    assert "bring up specc-birds-dev at eu-west-1? [y/N]" in done.err
    assert place.ran("up") is (answer == "y")


def test_target(place: Place) -> None:
    place.up("--target", "flap")
    (called,) = [call for call in place.calls() if call[0] == "up"]
    targets = [called[at + 1] for at, item in enumerate(called) if item == "--target"]
    assert "**::default-function" in targets
    assert "**::default-function-role" in targets  # which it needs
    assert "**::bucket" in targets  # which its environment names
    assert {f"**::bucket-{name}" for name in ("encryption", "access", "ownership", "lifecycle", "policy")} <= set(
        targets
    )
    assert "**::state-machine" not in targets
    made = {item["urn"].split("::")[-1] for item in place.latest()["resources"]}
    assert "default-function" in made


def test_runs_go_on_with_the_version_that_the_machine_calls(place: Place) -> None:
    said = "runs go on with the version of default-function that the state machine calls until everything is brought up"
    assert said not in place.up().err
    assert said not in place.up("--target", "flap").err, "nothing was published"
    place.scenario["changes"] = {"default-function": {"op": "update", "keys": ["code"]}}
    assert f"{said}: `specc up birds.toml --stack dev`" in place.up("--target", "flap").err
    assert said not in place.up().err, "the machine was brought up as well"


def test_unknown_target(place: Place) -> None:
    done = place.up("--target", "flapp", code=2)
    assert "no resource is there for a step `flapp`; did you mean `flap`?" in done.err


def test_plan(place: Place) -> None:
    done = place.up("--save-plan", "plan.json")
    assert "`specc up birds.toml --stack dev --plan plan.json` does just that" in done.err
    assert not place.ran("up")
    assert (place.folder / "plan.json").is_file()
    place.up("--plan", "plan.json")
    (called,) = [call for call in place.calls() if call[0] == "up"]
    assert called[called.index("--plan") + 1] == str(place.folder / "plan.json")


def test_config_is_kept_for_the_next_time(place: Place) -> None:
    place.up("-c", "alarmTopicArn=arn:aws:sns:eu-west-1:123456789012:told", "-c", "aws:maxRetries=7")
    assert place.ran("config", "set", "birds:alarmTopicArn")
    place.up()
    text = place.settings.read_text()
    assert "birds:alarmTopicArn: arn:aws:sns:eu-west-1:123456789012:told" in text
    assert "aws:maxRetries" in text
    assert "error" in place.up("-c", "wrong", code=2).err.lower()


def test_a_region_that_the_spec_says_no_more(place: Place) -> None:
    place.up()
    file = place.folder / "birds.toml"
    file.write_text(file.read_text().replace('region = "eu-west-1"\n', 'tags = { a = "b" }\n'))
    place.environment["AWS_REGION"] = "us-east-1"
    done = place.up(code=2)
    assert "`aws:region` is set to eu-west-1, and the spec and the environment say us-east-1" in done.err
    assert [call[0] for call in place.calls()].count("up") == 1
    place.environment["AWS_REGION"] = "eu-west-1"
    place.up()
    assert "`aws:region` is set to us-west-2" in place.up("-c", "aws:region=us-west-2", code=2).err


@pytest.mark.parametrize("op", ["replace", "delete"])
def test_data_is_not_lost_unless_allowed(place: Place, op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place.up()
    if op == "replace":
        place.scenario["changes"] = {"bucket": {"op": "replace", "keys": ["bucket"]}}
    else:
        place.scenario["resources"] = [item for item in place.scenario["resources"] if item["name"] != "bucket"]
    done = place.up(code=1)
    assert "`bucket` would be " + ("replaced because of `bucket`" if op == "replace" else "deleted") in done.err
    assert "every object in it" in done.err
    assert "allow_data_loss = true" in done.err
    assert [call[0] for call in place.calls()].count("up") == 1
    with (place.folder / "birds.toml").open("a") as file:
        file.write("\n[pulumi]\nallow_data_loss = true\n")
    emptied: list[str] = []
    monkeypatch.setattr(buckets, "_is_there", lambda account, bucket: True)
    monkeypatch.setattr(buckets, "empty", lambda account, bucket: emptied.append(bucket) or 3)
    done = place.up()
    assert emptied == ["bucket-1234"]  # which AWS would not delete with anything in it
    assert "bucket-1234 is emptied first, and then the stack is changed: should that fail" in done.err
    assert "deleted 3 objects in bucket-1234" in done.err
    assert [call[0] for call in place.calls()].count("up") == 2


def test_no_data_is_lost_where_somebody_else_is_at_work(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.cli import up

    with (place.folder / "birds.toml").open("a") as file:
        file.write("\n[pulumi]\nallow_data_loss = true\n")
    place.up()
    place.scenario["changes"] = {"bucket": {"op": "replace", "keys": ["bucket"]}}
    emptied: list[str] = []
    monkeypatch.setattr(buckets, "make_empty", lambda account, bucket, say: emptied.append(bucket))
    monkeypatch.setattr(up, "_ask", lambda what: place.lock())  # somebody begins while this one thinks about it
    done = place.specc("up", "birds.toml", "--stack", "dev", code=1)
    assert "specc-birds-dev is locked by ann@elsewhere, process 7, since 2026-01-02T03:04:05Z" in done.err
    assert "`specc recover birds.toml --stack dev`" in done.err
    assert emptied == []
    assert [call[0] for call in place.calls()].count("up") == 1


def test_a_protected_stack_says_so(place: Place) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write("protect = true\n")
    place.up()
    place.scenario["changes"] = {"bucket": {"op": "replace", "keys": ["bucket"]}}
    assert "take `protect = true` out of the spec" in place.up(code=1).err


def test_a_function_may_be_replaced(place: Place) -> None:
    place.up()
    place.scenario["changes"] = {"default-function": {"op": "replace", "keys": ["name"]}}
    done = place.up()
    assert "± replace  default-function  aws:lambda:Function  (steps get_birds, flap; birds.toml:5)" in done.err
    assert "      name (replaces)" in done.err
    assert "1 to replace, 3 unchanged" in done.err
    assert "created anew default-function" in done.err
    assert "deleted the old default-function" in done.err


def test_a_stack_of_cloudformation_is_in_the_way(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc_targets.deployed.stack import CloudStack

    monkeypatch.setattr(CloudStack, "described", lambda self: {"StackStatus": "CREATE_COMPLETE"})
    done = place.up(code=1)
    assert "take that down first: `specc down birds.toml --stack dev`" in done.err
    assert not place.ran("stack")


def test_what_was_brought_up_from_elsewhere(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_has_machine", lambda setup: True)
    done = place.up(code=1)
    assert "`specc-birds-dev` is at eu-west-1 already, and the state at file://" in done.err
    assert not place.ran("stack")
    monkeypatch.setattr(names, "_has_machine", lambda setup: False)
    place.up()
    monkeypatch.setattr(names, "_has_machine", lambda setup: True)
    place.up()  # it is its own


def test_a_stack_that_was_only_looked_at_is_none(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc_targets.deployed.stack import CloudStack

    place.answers = ["n"]
    place.specc("up", "birds.toml", "--stack", "dev", code=130)
    assert place.stack_file.exists()
    assert "is not deployed" in place.specc("outputs", "birds.toml", "--stack", "dev", code=1).err
    monkeypatch.setattr(CloudStack, "described", lambda self: {"StackStatus": "CREATE_COMPLETE"})
    assert "by CloudFormation (`specc deploy`)" in place.up(code=1).err
    monkeypatch.setattr(CloudStack, "outputs", lambda self: {"Bucket": "bucket-5678"})
    assert "bucket-5678" in place.specc("outputs", "birds.toml", "--stack", "dev").out


def test_events_by_way_of_a_file(place: Place) -> None:
    place.scenario["version"] = "v3.200.0"  # later ones send them to a server
    done = place.up()
    assert "created default-function (steps get_birds, flap)" in done.err
    (called,) = [call for call in place.calls() if call[0] == "up"]
    assert called[called.index("--event-log") + 1].endswith("eventlog.txt")


def test_an_image_need_be_named_once(place: Place) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[package]\nformat = "image"\n')
    done = place.up(code=2)
    assert "build and push its image (`docker" in done.err
    assert "then give its address with `--image`" in done.err
    assert not place.ran("stack")
    place.up("--image", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/birds:1")
    assert place.ran("config", "set", "birds:image")
    program = (place.settings.parent / "__main__.py").read_text()
    place.up()
    assert "birds:image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/birds:1" in place.settings.read_text()
    assert (place.settings.parent / "__main__.py").read_text() == program


def test_an_image_without_a_digest(place: Place) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[package]\nformat = "image"\n')
    name = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/birds"
    said = f"warning: `{name}:1` names no digest, and Lambda and Batch do not notice when something else is pushed"
    for how in (["--image", f"{name}:1"], ["-c", f"image={name}:1"], ["-c", f"birds:image={name}:1"]):
        done = place.up(*how)
        assert said in done.err
        assert f"`docker inspect --format '{{{{index .RepoDigests 0}}}}' {name}:1`" in done.err
        assert "aws ecr describe-images" in done.err
    assert "digest" not in place.up("--image", f"{name}@sha256:{'0' * 64}").err


def test_an_invalid_spec(place: Place) -> None:
    (place.folder / "birds.py").write_text("")
    assert "birds.toml:" in place.up(code=2).err
    assert place.calls() == []


def test_resources_that_no_step_asks_for(place: Place) -> None:
    place.scenario["resources"].append({"type": FUNCTION, "name": "mine"})
    assert "created mine  " in place.up().err
