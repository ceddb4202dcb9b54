"""`specc doctor`: what is there, never what is secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def test_it_names_sources_and_shows_no_secret(
    specc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVERYSECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = specc("doctor", "--json")
    assert result.code == 0
    assert "SECRET" not in result.out + result.err
    assert "hush" not in result.out + result.err
    found = {item["name"]: item for item in json.loads(result.out)}
    assert found["credentials"] == {"name": "credentials", "there": True, "says": "from env"}
    assert found["region"]["says"] == "eu-north-1"
    assert found["boto3"]["there"]


def test_what_is_missing_is_no_error(
    specc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    result = specc("doctor")
    assert result.code == 0
    assert "- docker" in result.out
    assert "- credentials     none found" in result.out


def test_it_finds_the_pulumi_cli(
    specc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))

    def said() -> dict[str, Any]:
        (found,) = [item for item in json.loads(specc("doctor", "--json").out) if item["name"] == "pulumi CLI"]
        return dict(found)

    missing = said()
    assert not missing["there"]
    assert "`specc up --install-pulumi`" in missing["says"]
    for folder, version in ((".pulumi/bin", "v3.1.0"), ("state/pulumi/cli/bin", "v3.2.0")):
        command = tmp_path / folder / "pulumi"
        command.parent.mkdir(parents=True)
        command.write_text(f"#!/bin/sh\necho {version}\n")
        command.chmod(0o755)
        assert said() == {"name": "pulumi CLI", "there": True, "says": version}
    names = [item["name"] for item in json.loads(specc("doctor", "--json").out)]
    assert names.index("pulumi") < names.index("pulumi-aws") < names.index("pulumi CLI")
