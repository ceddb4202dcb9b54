"""Where states are, and that nothing of the user's home is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_stand_in.place import Place
from specc_targets.pulumi.driving.backend import Backend
from specc_targets.pulumi.driving.folders import Folders


def environments(place: Place) -> list[dict[str, str]]:
    return [call["environment"] for call in place.seen() if call["arguments"] != ["version"]]


def test_a_folder_of_the_state_directory(place: Place) -> None:
    place.up()
    for seen in environments(place):
        assert seen["PULUMI_BACKEND_URL"] == (place.state / "state").as_uri()
        assert seen["PULUMI_HOME"] == str(place.state / "home")
        assert seen["PULUMI_SKIP_UPDATE_CHECK"] == "true"
        assert Path(seen["PULUMI_PYTHON_CMD"]).is_file()
        assert seen["AWS_REGION"] == "eu-west-1"
    assert list((place.folder / "home").iterdir()) == []
    assert (place.folder / ".specc" / ".gitignore").read_text() == "*\n"


def test_specc_state_names_the_folder(place: Place) -> None:
    place.environment["SPECC_STATE"] = str(place.folder / "a folder" / "state")
    place.up()
    assert (place.folder / "a folder/state/pulumi/state/.pulumi/stacks/birds/dev.json").is_file()


def test_the_spec_names_one(place: Place) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[pulumi]\nbackend = "file://./states"\n')
    place.environment |= {"PULUMI_CONFIG_PASSPHRASE": "x", "PULUMI_BACKEND_URL": "s3://other"}
    place.up()
    assert {seen["PULUMI_BACKEND_URL"] for seen in environments(place)} == {(place.folder / "states").as_uri()}
    assert (place.folder / "states/.pulumi/stacks/birds/dev.json").is_file()


def test_pulumi_cloud_knows_its_users(place: Place) -> None:
    place.environment |= {"PULUMI_BACKEND_URL": "https://api.pulumi.com", "PULUMI_ACCESS_TOKEN": "pul-1234567890"}
    done = place.up()
    for seen in environments(place):
        assert "PULUMI_HOME" not in seen  # its credentials are in the user's
        assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in seen
        assert seen["PULUMI_ACCESS_TOKEN"] == "pul-1234567890"
    assert "pul-1234567890" not in done.err + done.out


def test_a_home_that_the_user_names(place: Place) -> None:
    place.environment["PULUMI_HOME"] = str(place.folder / "plugins")
    place.up()
    assert {seen["PULUMI_HOME"] for seen in environments(place)} == {str(place.folder / "plugins")}


@pytest.mark.parametrize("left", [None, "nothing", "one"])
def test_plugins_of_the_user_are_used(place: Place, left: str | None) -> None:
    users, own = place.folder / "home" / ".pulumi" / "plugins", place.state / "home" / "plugins"
    (users / "resource-aws-v7.0.0").mkdir(parents=True)
    if left is not None:
        own.mkdir(parents=True)
    if left == "one":
        (own / "resource-aws-v6.0.0").mkdir()
    place.up()
    place.up()
    wanted = "resource-aws-v6.0.0" if left == "one" else "resource-aws-v7.0.0"
    assert [path.name for path in own.iterdir()] == [wanted]
    assert {seen["PULUMI_HOME"] for seen in environments(place)} == {str(own.parent)}
    assert [path.name for path in users.parent.iterdir()] == ["plugins"], "nothing else of it is touched"


def test_an_emulator_sees_no_credentials_of_the_user(place: Place) -> None:
    spec = place.folder / "birds.toml"
    spec.write_text(spec.read_text().replace("[stacks.dev]", '[stacks.dev]\nendpoint = "http://127.0.0.1:9"'))
    place.environment |= {"AWS_PROFILE": "mine", "AWS_SECRET_ACCESS_KEY": "mine", "AWS_SESSION_TOKEN": "mine"}
    place.up()
    for seen in environments(place):
        assert "mine" not in seen.values()
        assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ("file:///a b/c", "file:///a%20b/c"),
        ("file:///a%20b?no_tmp_dir=true", "file:///a%20b?no_tmp_dir=true"),
        ("file://states", "file:///spec/states"),
        ("file://./states", "file:///spec/states"),
        ("s3://bucket/x?region=eu-west-1", "s3://bucket/x?region=eu-west-1"),
        ("https://api.pulumi.com", "https://api.pulumi.com"),
    ],
)
def test_addresses(named: str, wanted: str) -> None:
    found = Backend.of(named, Path("/spec"), Folders(Path("/s"), "p", "s"))
    assert found == Backend(wanted)


def test_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    found = Backend.of("file://~/states", Path("/spec"), Folders(Path("/s"), "p", "s"))
    assert found.folder == Path("/home/ann/states")
