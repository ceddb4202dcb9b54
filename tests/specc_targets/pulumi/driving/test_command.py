"""The Pulumi CLI itself: missing, found, installed, too old, broken, and interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pulumi_stand_in.place import Place, add_cli, make_place


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A folder without a CLI."""
    return make_place(tmp_path, monkeypatch, cli=False)


def installer(monkeypatch: pytest.MonkeyPatch, place: Place, *, fails: Exception | None = None) -> list[str | None]:
    """Replace the download by a copy of the stand-in."""
    from pulumi.automation import PulumiCommand

    roots: list[str | None] = []

    def install(cls: type, root: str | None = None, **given: Any) -> Any:
        roots.append(root)
        if fails is not None:
            raise fails
        add_cli(place.folder, str(Path(str(root), "bin", "pulumi").relative_to(place.folder)))
        made = object.__new__(PulumiCommand)
        made.command = f"{root}/bin/pulumi"
        return made

    monkeypatch.setattr(PulumiCommand, "install", classmethod(install))
    return roots


@pytest.mark.parametrize("command", ["up", "recover"])
def test_missing(bare: Place, command: str) -> None:
    if command == "recover":
        bare.stack_file.parent.mkdir(parents=True)
        bare.stack_file.write_text("{}")
    done = bare.specc(command, "birds.toml", "--stack", "dev", "--yes", code=3)
    assert "the Pulumi CLI is not installed" in done.err
    assert "specc up --install-pulumi" in done.err
    assert "specc deploy" in done.err


def test_installed_on_demand(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = installer(monkeypatch, bare)
    done = bare.up("--install-pulumi")
    assert roots == [str(bare.state / "cli")]
    assert "installing the Pulumi CLI into" in done.err
    assert "https://get.pulumi.com" in done.err
    bare.up()  # found again


@pytest.mark.parametrize("answer", ["y", "n"])
def test_offered_on_a_terminal(bare: Place, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    roots, bare.answers = installer(monkeypatch, bare), [answer]
    done = bare.up(code=0 if answer == "y" else 3)
    assert "install it now, from https://get.pulumi.com? [y/N]" in done.err
    assert len(roots) == (answer == "y")


def test_no_way_to_install(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from urllib.error import URLError

    installer(monkeypatch, bare, fails=URLError("Temporary failure in name resolution"))
    done = bare.up("--install-pulumi", code=3)
    assert "could not be installed: Temporary failure in name resolution" in done.err
    assert "`specc deploy`" in done.err


def test_installer_that_fails(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    installer(monkeypatch, bare, fails=subprocess.CalledProcessError(1, "install.sh", b"error: no space left\n"))
    assert "could not be installed: error: no space left" in bare.up("--install-pulumi", code=3).err


def test_too_old(place: Place) -> None:
    place.scenario["version"] = "v3.20.0"
    done = place.up(code=3)
    assert "is too old: it is 3.20.0, and 3.61.0 or later is needed" in done.err
    assert "specc up --install-pulumi" in done.err


@pytest.mark.parametrize(("says", "wanted"), [("what?", "says `what?`, which is no version"), ("", "it says nothing")])
def test_no_version(place: Place, says: str, wanted: str) -> None:
    place.scenario["version"] = says
    assert wanted in place.up(code=3).err


def test_broken(place: Place) -> None:
    (place.folder / "bin" / "pulumi").write_text("#!/bin/sh\necho no such library >&2\nexit 127\n")
    assert "does not run: no such library" in place.up(code=3).err


def test_found_in_the_users_home(bare: Place) -> None:
    add_cli(bare.folder, "home/.pulumi/bin/pulumi")
    bare.up()


@pytest.mark.parametrize("at", ["bin/pulumi", "home/.pulumi/bin/pulumi"])
def test_one_of_the_users_own_is_preferred(bare: Place, at: str) -> None:
    add_cli(bare.folder, at)
    shipped, ran = bare.state / "cli" / "bin" / "pulumi", bare.folder / "ran"
    shipped.parent.mkdir(parents=True)
    shipped.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
    shipped.chmod(0o755)
    bare.up()
    assert not ran.exists()


@pytest.mark.parametrize("says", ["echo v3.20.0", "exit 127", "echo what?"])
def test_the_installed_one_where_the_users_own_is_of_no_use(bare: Place, says: str) -> None:
    add_cli(bare.folder, str((bare.state / "cli" / "bin" / "pulumi").relative_to(bare.folder)))
    users = bare.folder / "bin" / "pulumi"
    users.write_text(f"#!/bin/sh\n{says}\n")
    users.chmod(0o755)
    bare.up()


def test_without_the_packages(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc_targets.pulumi.driving import command

    monkeypatch.setattr(command, "find_spec", lambda name: None)
    done = place.up(code=3)
    assert "pip install '.[pulumi]' in a clone of specc" in done.err


_RUN = """
import sys
sys.path[:0] = {paths!r}
from specc_targets.deployed.stack import CloudStack
from specc_targets.pulumi.driving import names
CloudStack.described = lambda self: None
names._has_machine = lambda setup: False
from specc.cli.shell import run
sys.exit(run(["up", "birds.toml", "--stack", "dev", "--yes"]))
"""


def test_interrupted(place: Place, repository: Path) -> None:
    started = place.folder / "started"
    place.fails("up", wait=str(started), stderr="error: update canceled")
    (place.folder / "scenario.json").write_text(json.dumps(place.scenario))
    paths = [str(repository / name) for name in ("compiler", "schemas", "targets")]
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "PULUMI_", "SPECC_"))}
    running = subprocess.Popen(
        [sys.executable, "-c", _RUN.format(paths=paths)],
        cwd=place.folder,
        env={**inherited, **place.variables()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + 60
        while not started.exists() and running.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert started.exists(), "it has not come to the CLI"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
        if started.exists() and _is_there(int(started.read_text())):
            os.kill(int(started.read_text()), signal.SIGKILL)
            pytest.fail("the CLI has not ended")
    assert running.returncode == 130, said
    assert "stopping: what is under way at AWS is brought to its end first" in said
    assert "`specc up birds.toml --stack dev` goes on from there" in said
    assert "specc recover birds.toml --stack dev" in said


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
