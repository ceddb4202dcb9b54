"""One command at a time on a stack, and stacks that are called after folders of specc's own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pulumi_stand_in.place import Place
from specc_targets.deployed.stack import CloudStack
from specc_targets.local.runs.lock import Lock, acquire

HOLD = (
    "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()"
)


@pytest.mark.parametrize("command", ["up", "down", "refresh", "recover"])
def test_a_second_command_ends_at_once(place: Place, command: str) -> None:
    place.up()
    (place.folder / "birds.py").write_text((place.folder / "birds.py").read_text().replace("crow", "duck"))
    files = {path: path.read_bytes() for path in place.settings.parent.iterdir()}
    calls = place.calls()
    held = acquire(place.own / "lock")
    assert isinstance(held, Lock), "the first command has let go of it"
    done = place.specc(command, "birds.toml", "--stack", "dev", *(["--yes"] if command != "refresh" else []), code=1)
    assert f"process {os.getpid()} is at work on specc-birds-dev just now" in done.err
    assert {path: path.read_bytes() for path in place.settings.parent.iterdir()} == files, "nothing is written"
    assert place.calls() == calls, "Pulumi is not asked"
    held.release()
    place.up()


def test_it_is_held_while_somebody_is_asked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.cli import up

    seen: list[object] = []
    monkeypatch.setattr(up, "_ask", lambda what: seen.append(acquire(place.own / "lock")))
    place.specc("up", "birds.toml", "--stack", "dev")
    assert seen == [os.getpid()]


@pytest.mark.parametrize("how", ["fails", "is declined"])
def test_a_command_that_ends_badly_lets_go_of_it(place: Place, how: str) -> None:
    if how == "fails":
        place.fails("up", stderr="error: nothing works")
        place.up(code=1)
    else:
        place.answers = ["n"]
        place.specc("up", "birds.toml", "--stack", "dev", code=130)
    held = acquire(place.own / "lock")
    assert isinstance(held, Lock)
    held.release()


def test_a_holder_that_is_killed_leaves_nothing(place: Place) -> None:
    place.up()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place.own / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert "is at work on specc-birds-dev just now" in place.up(code=1).err
        holder.kill()
    place.up()


def test_where_nothing_can_be_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What CloudFormation has made can be taken down all the same; nothing can be brought up."""
    from specc_targets.deployed import deploying

    (place.folder / ".specc").write_text("")
    assert ".specc" in place.up(code=1).err
    assert place.calls() == []
    seen: list[str] = []
    monkeypatch.setattr(deploying.Artifacts, "remove", lambda self: 0)
    monkeypatch.setattr(CloudStack, "described", lambda self: {"StackId": "x", "StackStatus": "CREATE_COMPLETE"})
    monkeypatch.setattr(CloudStack, "resources", lambda self: [])
    monkeypatch.setattr(CloudStack, "delete", lambda self, say: seen.append(self.name))
    place.specc("down", "birds.toml", "--stack", "dev", "--yes")
    assert seen == ["specc-birds-dev"]


@pytest.mark.parametrize("name", ["passphrase", "state", "home", "cli"])
def test_a_spec_called_as_a_folder_of_speccs_own(place: Place, name: str) -> None:
    file = place.folder / "birds.toml"
    file.write_text(file.read_text().replace('name = "birds"', f'name = "{name}"'))
    place.up()
    assert "specc-" in place.up().err
    assert {item.name for item in place.state.iterdir()} == {"home", "passphrase", "stacks", "state"}
    assert (place.state / "stacks" / name / "dev" / "project" / "__main__.py").is_file()
