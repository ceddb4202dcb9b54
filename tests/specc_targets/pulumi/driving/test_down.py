"""`specc down` of stacks that Pulumi has made, and of those that CloudFormation has."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_stand_in.place import Place
from specc.targets import TargetError
from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import CloudStack
from specc_targets.pulumi.driving import buckets, removal


@dataclass
class Cloud:
    """What `specc down` does at AWS itself."""

    runs: list[str] = field(default_factory=list)
    """Those that are under way."""
    buckets: list[str] = field(default_factory=lambda: ["bucket-1234"])
    done: list[str] = field(default_factory=list)

    def executions(self, limit: int | None) -> list[Any]:
        ended = SimpleNamespace(id="ended", status="succeeded")
        return [ended, *(SimpleNamespace(id=run, status="running") for run in self.runs)]

    def stop(self, run: Any) -> None:
        self.done.append(f"stop {run.id}")

    def empty(self, account: Any, bucket: str) -> int:
        self.done.append(f"empty {bucket}")
        return 3


class LocksInS3:
    """A bucket with locks of states: key -> content."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    def list_objects_v2(self, **given: Any) -> Any:
        assert given["Bucket"] == "states"
        return {"Contents": [{"Key": key} for key in self.found if key.startswith(given["Prefix"])]}

    def get_object(self, **given: Any) -> Any:
        return {"Body": io.BytesIO(json.dumps(self.found[given["Key"]]).encode())}


@pytest.fixture
def cloud(place: Place, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    made = Cloud()
    monkeypatch.setattr(removal, "machine_of", lambda module, spec: made)
    monkeypatch.setattr(buckets, "empty", made.empty)
    monkeypatch.setattr(buckets, "_is_there", lambda account, bucket: bucket in made.buckets)
    return made


def down(place: Place, *arguments: str, code: int = 0) -> Any:
    return place.specc("down", "birds.toml", "--stack", "dev", *arguments, code=code)


def test_everything_goes(place: Place, cloud: Cloud) -> None:
    place.up()
    cloud.runs = ["run-1"]
    done = down(place, "--yes")
    assert cloud.done == ["stop run-1", "empty bucket-1234"]
    assert "deleted 3 objects in bucket-1234" in done.err
    assert "deleted default-function (steps get_birds, flap)" in done.err
    assert "specc-birds-dev is gone" in done.err
    assert not place.stack_file.exists()
    assert not place.settings.parent.exists()
    assert not (place.own / "kept.json").exists()
    assert (place.state / "passphrase").exists()  # other stacks have it, too
    assert place.ran("stack", "rm", "--yes", "dev")


def test_up_again_afterwards(place: Place, cloud: Cloud) -> None:
    place.up()
    down(place, "--yes")
    assert "4 to create" in place.up().err


def test_without_the_project(place: Place, cloud: Cloud) -> None:
    import shutil

    place.up()
    shutil.rmtree(place.settings.parent)
    assert "specc-birds-dev is gone" in down(place, "--yes").err


def test_without_the_settings(place: Place, cloud: Cloud) -> None:
    place.up()
    place.settings.unlink()
    assert "specc-birds-dev is gone" in down(place, "--yes").err
    (called,) = [call for call in place.seen() if "destroy" in call["arguments"]]
    assert called["environment"]["AWS_REGION"] == "eu-west-1"


def test_asks(place: Place, cloud: Cloud) -> None:
    place.up()
    cloud.runs = ["run-1"]
    assert "say `--yes` where nobody can be asked" in down(place, code=2).err
    place.answers = ["n"]
    done = down(place, code=130)
    assert "delete specc-birds-dev at eu-west-1: 4 resources and all data, stopping 1 run?" in done.err
    assert cloud.done == []
    assert not place.ran("destroy")


def test_protected(place: Place, cloud: Cloud) -> None:
    place.up()
    with (place.folder / "birds.toml").open("a") as file:
        file.write("protect = true\n")
    assert "the stack `dev` is protected" in down(place, "--yes", code=2).err
    assert not place.ran("destroy")


def test_what_was_protected_when_it_was_brought_up(place: Place, cloud: Cloud) -> None:
    place.up()
    (*others, bucket) = sorted(place.latest()["resources"], key=lambda item: item["urn"].endswith("::bucket"))
    place.change_state(resources=[*others, {**bucket, "protect": True}])
    cloud.runs = ["run-1"]
    done = down(place, "--yes", code=1)
    assert "was brought up with `protect = true`, which holds for `bucket`" in done.err
    assert "`specc up birds.toml --stack dev`" in done.err
    assert cloud.done == [], "no run is stopped, and no data deleted"
    assert not place.ran("destroy")


def test_locked(place: Place, cloud: Cloud) -> None:
    place.up()
    place.lock()
    assert "`specc recover birds.toml --stack dev`" in down(place, "--yes", code=1).err
    assert cloud.done == []
    assert not place.ran("destroy")


def test_locked_at_pulumi_cloud(place: Place, cloud: Cloud) -> None:
    place.environment |= {"PULUMI_BACKEND_URL": "https://api.pulumi.com"}
    place.up()
    place.scenario["busy"] = True
    cloud.runs = ["run-1"]
    assert "is locked by an update that Pulumi Cloud knows of" in down(place, "--yes", code=1).err
    assert cloud.done == []
    assert not place.ran("destroy")


def test_locked_in_a_bucket(place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = LocksInS3({"team/.pulumi/locks/organization/birds/dev/1.json": {"username": "bob", "hostname": "ci"}})
    monkeypatch.setattr(Account, "client", lambda self, name: bucket)
    place.environment |= {"PULUMI_BACKEND_URL": "s3://states/team?region=eu-west-1", "PULUMI_CONFIG_PASSPHRASE": "x"}
    place.up()
    assert "is locked by bob@ci" in down(place, "--yes", code=1).err
    assert cloud.done == []
    assert not place.ran("destroy")
    bucket.found.clear()
    down(place, "--yes")


TRIGGERS = [
    {"type": "aws:cloudwatch/eventRule:EventRule", "name": "event-rule-1"},
    {"type": "aws:cloudwatch/eventTarget:EventTarget", "name": "event-target-1"},
    {"type": "aws:scheduler/schedule:Schedule", "name": "schedule-1"},
]


def test_what_starts_runs_goes_before_anything_is_stopped(
    place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.scenario["resources"] += TRIGGERS
    place.up()
    cloud.runs = ["run-1"]
    left: list[set[str]] = []

    def note(what: str) -> None:
        left.append({item["urn"].split("::")[-1] for item in place.latest()["resources"][1:]})
        cloud.done.append(what)

    monkeypatch.setattr(cloud, "stop", lambda run: note(f"stop {run.id}"))
    monkeypatch.setattr(buckets, "empty", lambda account, bucket: note(f"empty {bucket}") or 1)
    down(place, "--yes")
    assert cloud.done == ["stop run-1", "empty bucket-1234"]
    assert left == [{"bucket", "default-function-role", "default-function", "state-machine"}] * 2
    first, second = [call for call in place.calls() if call[0] == "destroy"]
    named = [first[at + 1].split("::")[-1] for at, item in enumerate(first) if item == "--target"]
    assert sorted(named) == ["event-rule-1", "event-target-1", "schedule-1"]
    assert "--target-dependents" in first
    assert "--target" not in second


def test_a_run_that_begins_while_somebody_is_asked(place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.cli import down as command

    place.up()
    monkeypatch.setattr(command, "_ask", lambda *given: cloud.runs.append("late"))
    down(place)
    assert cloud.done == ["stop late", "empty bucket-1234"]


def test_a_failure_in_the_middle_and_once_more(place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    place.scenario["resources"] += TRIGGERS
    place.up()

    def refuse(account: Any, bucket: str) -> int:
        raise TargetError("AWS has refused something")

    with monkeypatch.context() as patch:
        patch.setattr(buckets, "empty", refuse)
        assert "AWS has refused something" in down(place, "--yes", code=2).err
    assert len(place.latest()["resources"]) == 5  # the triggers are gone, and the state knows
    place.fails("destroy", stderr="error: BucketNotEmpty: The bucket you tried to delete is not empty")
    down(place, "--yes", code=1)
    place.scenario["fail"] = {}
    assert "specc-birds-dev is gone" in down(place, "--yes").err
    assert not place.stack_file.exists()


def test_a_bucket_that_is_gone_already(place: Place, cloud: Cloud) -> None:
    place.up()
    cloud.buckets = []
    down(place, "--yes")
    assert cloud.done == []


def test_a_failure_leaves_the_state(place: Place, cloud: Cloud) -> None:
    place.up()
    place.fails("destroy", stderr="error: BucketNotEmpty: The bucket you tried to delete is not empty")
    done = down(place, "--yes", code=1)
    assert "the bucket still has objects" in done.err
    assert place.stack_file.exists()
    assert "encryptionsalt" in place.settings.read_text()


def test_what_cloudformation_has_made(place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc_targets.deployed import deploying

    seen = []
    monkeypatch.setattr(deploying.Artifacts, "remove", lambda self: 2)
    monkeypatch.setattr(CloudStack, "described", lambda self: {"StackId": "x", "StackStatus": "CREATE_COMPLETE"})
    monkeypatch.setattr(CloudStack, "resources", lambda self: [])
    monkeypatch.setattr(CloudStack, "delete", lambda self, say: seen.append(self.name))
    done = down(place, "--yes")
    assert seen == ["specc-birds-dev"]
    assert "specc-birds-dev is gone" in done.err
    assert place.calls() == []  # no CLI is needed


def test_nothing_there(place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc_targets.deployed import deploying

    monkeypatch.setattr(deploying.Artifacts, "remove", lambda self: 0)
    assert "specc-birds-dev is not deployed at eu-west-1" in down(place, "--yes").err


def test_a_state_elsewhere(place: Place, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[pulumi]\nbackend = "s3://states"\n')
    place.environment["PULUMI_CONFIG_PASSPHRASE"] = "x"
    monkeypatch.setattr(Account, "client", lambda self, name: LocksInS3({}))
    place.up()
    down(place, "--yes")
    assert not (place.folder / "remote/.pulumi/stacks/birds/dev.json").exists()
    (place.folder / "bin/pulumi").unlink()
    assert "the Pulumi CLI is not installed" in down(place, "--yes", code=3).err  # who knows what is there
