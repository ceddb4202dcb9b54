"""`specc recover`: stacks that are locked, or whose last change nobody knows the end of."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import Any

import pytest

from pulumi_stand_in.place import FUNCTION, ROLE, Place

FUNCTION_URN = f"urn:pulumi:dev::birds::{FUNCTION}::default-function"
ROLE_URN = f"urn:pulumi:dev::birds::{ROLE}::default-function-role"


def recover(place: Place, *arguments: str, code: int = 0) -> Any:
    return place.specc("recover", "birds.toml", "--stack", "dev", *arguments, code=code)


def lock(place: Place, **changes: Any) -> Any:
    path = place.state / "state/.pulumi/locks/organization/birds/dev/7d1b0a4e.json"
    path.parent.mkdir(parents=True)
    found = {"pid": 4711, "username": "ann", "hostname": "laptop", "timestamp": "2026-01-02T03:04:05Z"}
    path.write_text(json.dumps({**found, **changes}))
    return path


def pending(place: Place) -> None:
    place.change_state(
        pending_operations=[
            {"resource": {"urn": FUNCTION_URN, "type": FUNCTION}, "type": "creating"},
            {"resource": {"urn": ROLE_URN, "type": ROLE}, "type": "updating"},
        ]
    )


def test_nothing_is_wrong(place: Place) -> None:
    place.up()
    assert recover(place).out == "nothing is wrong with specc-birds-dev\n"


def test_never_brought_up(place: Place) -> None:
    assert "there is nothing to recover" in recover(place, code=1).err


def test_locked(place: Place) -> None:
    place.up()
    path = lock(place)
    assert "ann@laptop, process 4711, since 2026-01-02T03:04:05Z" in place.up(code=1).err
    done = recover(place, code=2)
    assert done.out == "locked by ann@laptop, process 4711, since 2026-01-02T03:04:05Z\n"
    assert "`--yes` is to break the lock; see first that nothing is under way any more" in done.err
    assert path.exists()
    done = recover(place, "--yes")
    assert "the lock is gone" in done.err
    assert "`specc up birds.toml --stack dev` goes on" in done.err
    assert not path.exists()
    place.up()


def test_a_pulumi_that_still_runs_keeps_its_lock(place: Place) -> None:
    place.up()
    code = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "pulumi"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        path = lock(place, pid=running.pid, hostname=socket.gethostname())
        done = recover(place, "--yes", code=2)
        assert f"process {running.pid} on this machine is changing the stack just now" in done.err
        assert path.exists()
        running.communicate("")
    recover(place, "--yes")  # it has ended
    assert not path.exists()


def test_pending(place: Place) -> None:
    place.up()
    pending(place)
    done = place.up(code=1)
    assert "an earlier change was interrupted" in done.err
    assert "specc recover birds.toml --stack dev" in done.err
    before = place.latest()
    done = recover(place, "--yes")
    assert done.out.splitlines() == [
        "interrupted while creating default-function (steps get_birds, flap)",
        "interrupted while updating default-function-role (steps get_birds, flap)",
    ]
    assert "default-function (steps get_birds, flap) may be there although the state does not know it" in done.err
    assert "`specc refresh birds.toml --stack dev` reads what came of the rest" in done.err
    assert place.latest() == {**before, "pending_operations": []}
    (backup,) = (place.own / "backups").iterdir()
    assert str(backup) in done.err
    assert json.loads(backup.read_text())["deployment"] == before
    assert backup.stat().st_mode & 0o077 == 0
    place.up()


@pytest.mark.parametrize("answer", ["y", "n"])
def test_asks(place: Place, answer: str) -> None:
    place.up()
    lock(place)
    pending(place)
    place.answers = [answer]
    done = recover(place, code=0 if answer == "y" else 130)
    assert "break the lock and clear the pending operations? [y/N]" in done.err
    assert bool(place.latest()["pending_operations"]) is (answer == "n")


def test_json(place: Place) -> None:
    place.up()
    lock(place)
    pending(place)
    found = json.loads(recover(place, "--json").out)
    assert found["locks"] == [{"who": "ann@laptop", "pid": 4711, "since": "2026-01-02T03:04:05Z"}]
    assert [item["doing"] for item in found["pending"]] == ["creating", "updating"]
    assert (found["stack"], found["mended"]) == ("specc-birds-dev", False)
    assert place.latest()["pending_operations"]
    assert json.loads(recover(place, "--json", "--yes").out)["mended"] is True
    assert json.loads(recover(place, "--json").out)["locks"] == []


def test_pulumi_cloud(place: Place) -> None:
    place.environment |= {"PULUMI_BACKEND_URL": "https://api.pulumi.com"}
    place.up()
    place.scenario["busy"] = True
    assert "locked by an update that Pulumi Cloud knows of" in recover(place, code=2).out


def test_a_bucket(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from specc_targets.deployed.session import Account

    key = "team/.pulumi/locks/organization/birds/dev/1.json"
    content = {"pid": 1, "username": "bob", "hostname": "ci", "timestamp": "2026-01-02T03:04:05Z"}

    class Bucket:
        def list_objects_v2(self, **given: Any) -> Any:
            assert given == {"Bucket": "states", "Prefix": "team/.pulumi/locks/organization/birds/dev/"}
            return {"Contents": [{"Key": key}]}

        def get_object(self, **given: Any) -> Any:
            assert given == {"Bucket": "states", "Key": key}
            return {"Body": io.BytesIO(json.dumps(content).encode())}

    monkeypatch.setattr(Account, "client", lambda self, name: Bucket())
    place.environment |= {"PULUMI_BACKEND_URL": "s3://states/team?region=eu-west-1", "PULUMI_CONFIG_PASSPHRASE": "x"}
    place.up()
    assert recover(place, code=2).out == "locked by bob@ci, process 1, since 2026-01-02T03:04:05Z\n"
