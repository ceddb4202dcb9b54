"""`specc down` of stacks that Pulumi has made, and of those that CloudFormation has."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_stand_in.place import Place
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
    lock = place.state / "state" / ".pulumi" / "locks" / "organization" / "birds" / "dev" / "1.json"
    lock.parent.mkdir(parents=True)
    lock.write_text('{"username": "ann", "hostname": "elsewhere", "pid": 7, "timestamp": "2026-01-02T03:04:05Z"}')
    assert "`specc recover birds.toml --stack dev`" in down(place, "--yes", code=1).err
    assert cloud.done == []
    assert not place.ran("destroy")


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
    place.up()
    down(place, "--yes")
    assert not (place.folder / "remote/.pulumi/stacks/birds/dev.json").exists()
    (place.folder / "bin/pulumi").unlink()
    assert "the Pulumi CLI is not installed" in down(place, "--yes", code=3).err  # who knows what is there
