"""Secrets of a state: their passphrase and its salt survive whatever happens to the emitted project."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from pulumi_stand_in.place import Place
from specc_targets.pulumi.driving import passphrase
from specc_targets.pulumi.driving.backend import Backend
from specc_targets.pulumi.driving.errors import NotThere
from specc_targets.pulumi.driving.folders import Folders


def salt(place: Place) -> str:
    return next(line for line in place.settings.read_text().splitlines() if line.startswith("encryptionsalt"))


def test_made_once_and_never_told(place: Place) -> None:
    first = place.up()
    path = place.state / "passphrase"
    phrase = path.read_text()
    assert len(phrase) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = place.up()
    assert path.read_text() == phrase
    assert phrase not in first.out + first.err + second.out + second.err
    for call in place.seen():  # neither in arguments nor in the environment, where others can see it
        assert phrase not in json.dumps(call)
        if call["arguments"] != ["version"]:
            assert call["environment"]["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(path)


def test_the_salt_survives(place: Place) -> None:
    place.up()
    before = salt(place)
    with (place.folder / "birds.py").open("a") as file:  # another program
        file.write("\nX = 1\n")
    place.up()
    assert salt(place) == before
    shutil.rmtree(place.settings.parent)  # the project is gone
    place.up()
    assert salt(place) == before
    shutil.rmtree(place.own)  # and all that is kept beside it
    place.up()
    assert salt(place) == before


def test_the_folder_may_be_moved(place: Place) -> None:
    place.up()
    before, new = salt(place), place.folder.with_name("elsewhere")
    place.folder.rename(new)
    moved = Place(new, place.patch, scenario=place.scenario)
    for program in (new / "bin").iterdir():
        assert str(place.folder) not in program.read_text()
    assert "nothing to do" in moved.up().err
    assert salt(moved) == before
    assert moved.specc("outputs", "birds.toml", "--stack", "dev").out


def test_settings_that_the_user_gave_survive(place: Place) -> None:
    place.up("-c", "alarmTopicArn=arn:x")
    shutil.rmtree(place.settings.parent)
    place.up()
    assert "birds:alarmTopicArn: arn:x" in place.settings.read_text()


def test_what_specc_wrote_itself_is_not_kept(place: Place) -> None:
    spec = place.folder / "birds.toml"
    text = spec.read_text()
    spec.write_text(text.replace('region = "eu-west-1"', 'region = "eu-west-1"\nendpoint = "http://127.0.0.1:9"'))
    place.up()
    assert "aws:endpoints" in place.settings.read_text()
    spec.write_text(text)
    shutil.rmtree(place.settings.parent)
    place.up()
    assert "aws:endpoints" not in place.settings.read_text()


def test_a_lost_passphrase_is_not_replaced(place: Place) -> None:
    place.up()
    (place.state / "passphrase").unlink()
    done = place.up(code=3)
    assert "encrypted with a passphrase that is not there any more" in done.err
    assert str(place.state / "passphrase") in done.err
    assert not (place.state / "passphrase").exists()


@pytest.mark.parametrize("how", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_the_users_own(place: Place, how: str) -> None:
    (place.folder / "phrase").write_text("of my own")
    place.environment[how] = "of my own" if how == "PULUMI_CONFIG_PASSPHRASE" else str(place.folder / "phrase")
    place.up()
    assert not (place.state / "passphrase").exists()
    place.environment = {"PULUMI_CONFIG_PASSPHRASE": "another"}
    done = place.up(code=3)
    assert "is not the one that the stack's secrets are encrypted with" in done.err
    place.environment = {}
    assert "not there any more" in place.up(code=3).err


def test_an_empty_passphrase_is_one(place: Place) -> None:
    place.environment["PULUMI_CONFIG_PASSPHRASE"] = ""
    place.up()
    assert not (place.state / "passphrase").exists()


def test_other_places_of_states_need_one(place: Place) -> None:
    place.environment["PULUMI_BACKEND_URL"] = "s3://states?region=eu-west-1"
    done = place.up(code=3)
    assert "s3://states?region=eu-west-1 is encrypted with a passphrase" in done.err
    assert 'secrets_provider = "awskms://..."' in done.err
    assert not place.ran("stack")
    place.environment["PULUMI_CONFIG_PASSPHRASE"] = "of my own"
    place.up()
    assert (place.folder / "remote/.pulumi/stacks/birds/dev.json").is_file()


def test_a_key_instead(place: Place) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[pulumi]\nbackend = "s3://states"\nsecrets_provider = "awskms://alias/x?region=eu-west-1"\n')
    place.up()
    assert place.ran("stack", "init", "dev", "--secrets-provider", "awskms://alias/x?region=eu-west-1")
    kept = json.loads((place.own / "kept.json").read_text())["encryption"]
    assert kept == {"secretsprovider": "awskms://alias/x?region=eu-west-1", "encryptedkey": "a2V5"}
    shutil.rmtree(place.settings.parent)
    place.up()
    assert "encryptedkey: a2V5" in place.settings.read_text()


def test_a_stack_keeps_what_it_was_made_with(place: Place) -> None:
    place.up()
    file = place.folder / "birds.toml"
    text = file.read_text()
    key = '\n[pulumi]\nsecrets_provider = "awskms://alias/x?region=eu-west-1"\n'
    file.write_text(text + key)
    done = place.up()  # without its passphrase the stand-in would have failed
    assert "stay encrypted with the passphrase that it was made with" in done.err
    shutil.rmtree(place.folder / ".specc")
    assert "stay encrypted" not in place.up().err
    assert not (place.state / "passphrase").exists()
    file.write_text(text)
    place.up()
    assert not (place.state / "passphrase").exists()


def test_a_passphrase_at_pulumi_cloud(place: Place) -> None:
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[pulumi]\nbackend = "https://api.pulumi.com"\nsecrets_provider = "passphrase"\n')
    assert "https://api.pulumi.com is encrypted with a passphrase" in place.up(code=3).err
    place.environment["PULUMI_CONFIG_PASSPHRASE"] = "of my own"
    place.up()
    assert place.ran("stack", "init", "dev", "--secrets-provider", "passphrase")
    assert "encryptionsalt" in place.settings.read_text()


def test_one_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("of another process")  # which was quicker
    passphrase._make(path)
    assert path.read_text() == "of another process"
    assert [item.name for item in tmp_path.iterdir()] == ["passphrase"]


@pytest.mark.parametrize(
    ("url", "provider", "wanted"),
    [
        ("file:///x", None, True),
        ("s3://x", None, True),
        ("s3://x", "passphrase", True),
        ("s3://x", "default", True),
        ("https://api.pulumi.com", "default", False),
        ("s3://x", "awskms://y", False),
        ("https://api.pulumi.com", None, False),
        ("https://api.pulumi.com", "passphrase", True),
    ],
)
def test_where_one_is_needed(
    tmp_path: Path, url: str, provider: str | None, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(passphrase.PHRASE, raising=False)
    monkeypatch.delenv(passphrase.FILE, raising=False)
    folders, backend = Folders(tmp_path, "birds", "dev"), Backend(url)
    if wanted:
        with pytest.raises(NotThere):
            passphrase.variables(backend, provider, folders, salted=False)
    else:
        assert passphrase.variables(backend, provider, folders, salted=False) == {}
