"""A secret in a header reaches the server, and nothing that is kept or written."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

import specc
from conformance.harness.web import web_address
from specc.frontend import check, compile_for
from specc.targets import load

SPEC = """
specc = 1
kind = "pipeline"
name = "secrets-in-requests"
[params]
web = { type = "string" }
who = { type = "string", default = "goose" }
[secrets]
API_KEY = "env:MY_KEY"
[steps.ask]
http.url = "${params.web}/echo"
http.headers = { X-Bird = "${params.who} ${secrets.API_KEY}" }
[steps.refused]
http.url = "${params.web}/status/403"
http.headers = { X-Bird = "${secrets.API_KEY}" }
on_error = { "Http403" = { use = "${error.message}" } }
[outputs]
size = "${len(steps.ask.headers['X-Bird'])}"
refused = "${steps.refused}"
"""


def test_only_the_server_sees_it(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MY_KEY", "very-secret-indeed")
    monkeypatch.chdir(tmp_path)
    spec = write("spec.toml", SPEC)
    found = specc.load(spec).run({"web": web_address()}).check()
    assert found.outputs["size"] == len("goose very-secret-indeed")
    assert "very-secret" not in str(found.outputs["refused"])
    for target in ("asl", "local"):
        files = compile_for(load(target), check(spec)) or {}
        assert files
        assert not any(b"very-secret" in content for content in files.values())
    machine = (compile_for(load("asl"), check(spec)) or {})[PurePosixPath("state-machine.asl.json")]
    assert b'"secret": "API_KEY"' in machine
