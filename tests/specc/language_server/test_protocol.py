"""What the language server makes of messages as editors really send them, and of editors that are gone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from language_client import SPECC, LanguageClient
from language_connection import LanguageConnection, RequestError

SPEC = """\
specc = 1
kind = "pipeline"
name = "x"

[steps.a]
wait = "1s"

[outputs]
y = "${steps.a}"
"""
STEP = {"line": 4, "character": 8}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[LanguageConnection]:
    """A server to which nothing was said."""
    with LanguageConnection(SPECC, folder=tmp_path, introduces=False) as found:
        yield found


def opened(connection: LanguageConnection, uri: str, text: str = SPEC, language: str = "toml", version: int = 1) -> str:
    item = {"uri": uri, "languageId": language, "version": version, "text": text}
    connection.notify("textDocument/didOpen", {"textDocument": item})
    return uri


def changed(uri: str, version: int, text: str) -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}


def code(connection: LanguageConnection, method: str, params: Any) -> int:
    """The code of the error by which a request is answered."""
    with pytest.raises(RequestError) as refused:
        connection.request(method, params)
    assert refused.value.data is None
    assert "\n" not in refused.value.message
    return refused.value.code


# --- addresses


@pytest.mark.parametrize("name", ["a%20b", "caf%C3%A9", "a%2Bb", "a+b", "a%2520b", "a%40b"])
def test_files_that_are_open_have_the_addresses_that_the_editor_gave_them(
    client: LanguageClient, tmp_path: Path, name: str
) -> None:
    uri = opened(client, f"{tmp_path.as_uri()}/{name}.specc.toml")
    at = {"textDocument": {"uri": uri}, "position": STEP}
    found = client.request("textDocument/references", {**at, "context": {"includeDeclaration": True}})
    edit = client.request("textDocument/rename", {**at, "newName": "b"})
    (definition,) = client.request("textDocument/definition", {**at, "position": {"line": 8, "character": 14}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert [one["uri"] for one in found] == [uri, uri]
    assert [one["textDocument"]["uri"] for one in edit["documentChanges"]] == [uri]
    assert definition["uri"] == uri


def test_other_files_have_addresses_without_blanks(client: LanguageClient, tmp_path: Path) -> None:
    base = tmp_path / "the base+é.toml"
    base.write_text('[steps.a]\nwait = "1s"\n', encoding="utf-8")
    text = SPEC.replace('[steps.a]\nwait = "1s"\n', "").replace("\n[outputs]", f'extends = ["{base.name}"]\n[outputs]')
    uri = client.open(tmp_path / "spec.toml", text)
    position = {"line": text[: text.index("steps.a")].count("\n"), "character": 14}
    (found,) = client.request("textDocument/definition", {"textDocument": {"uri": uri}, "position": position})
    assert found["uri"] == base.as_uri()


def test_what_a_diagnostic_points_at_has_the_address_that_the_editor_gave(
    client: LanguageClient, tmp_path: Path
) -> None:
    (tmp_path / "work.py").write_text("def f(x: int) -> int:\n    return x\n")
    code = opened(client, f"{tmp_path.as_uri()}/w%6Frk.py", (tmp_path / "work.py").read_text(), "python")
    text = SPEC.replace('wait = "1s"', 'call = "work:f"\nwith = { y = 1 }')
    uri = client.open(tmp_path / "spec.toml", text)
    found = client.diagnostics(uri)
    client.notify("textDocument/didClose", {"textDocument": {"uri": code}})
    related = [one["location"]["uri"] for item in found for one in item.get("relatedInformation", ())]
    assert set(related) == {code}


# --- malformed messages, and messages out of turn

MALFORMED: list[tuple[str, Any]] = [
    ("textDocument/hover", None),
    ("textDocument/hover", {}),
    ("textDocument/hover", {"textDocument": {"uri": None}, "position": STEP}),
    ("textDocument/definition", {"textDocument": {"uri": "file:///x.toml"}, "position": {"line": -1, "character": 0}}),
    ("textDocument/rename", {"textDocument": {"uri": "file:///x"}, "position": {"line": 1.5, "character": 0}}),
    ("textDocument/completion", {"textDocument": {"uri": "file:///x"}, "position": {"line": "1", "character": 0}}),
    ("textDocument/formatting", {"textDocument": {"uri": "file:///x.toml"}, "options": {}}),
    ("workspace/executeCommand", None),
    ("workspace/executeCommand", {"command": "specc.unknown"}),
    ("workspace/executeCommand", {"command": "specc.runStep", "arguments": [5]}),
]


@pytest.mark.parametrize(("method", "params"), MALFORMED)
def test_malformed_parameters_are_answered(client: LanguageClient, method: str, params: Any) -> None:
    assert code(client, method, params) == -32602


def test_nothing_that_is_malformed_is_shown_to_the_user_or_logged_at_length(client: LanguageClient) -> None:
    client.notify("textDocument/didOpen", {"textDocument": {}})
    client.notify("textDocument/didChange", None)
    client.notify("no/such/notification", {"jsonrpc": "2.0"})
    client.notify("textDocument/didChange", changed("file:///not-open.toml", 1, ""))
    client.notify("textDocument/didClose", {"textDocument": {"uri": "file:///not-open.toml"}})
    assert code(client, "no/such/request", None) == -32601
    assert code(client, "textDocument/didOpen", {}) == -32602
    assert [one for one in client.notifications if one["method"] == "window/showMessage"] == []
    assert "Traceback" not in client.errors()


def test_messages_that_are_not_json_or_no_messages_are_refused(connection: LanguageConnection) -> None:
    assert connection.process.stdin is not None
    for body in (b"{", b"[]", b"5", b'{"id": 7, "method": "initialize"}'):
        connection.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    connection.process.stdin.flush()
    assert connection.request("initialize", connection.introduction)["serverInfo"]["name"] == "specc"
    assert code(connection, "textDocument/hover", None) == -32602


def test_requests_have_their_turn(connection: LanguageConnection) -> None:
    hover = {"textDocument": {"uri": "file:///x.toml"}, "position": STEP}
    opened(connection, "file:///x.toml")
    assert code(connection, "textDocument/hover", hover) == -32002
    assert code(connection, "shutdown", None) == -32002
    assert code(connection, "initialize", {"capabilities": 5}) == -32602
    connection.request("initialize", connection.introduction)
    assert code(connection, "initialize", connection.introduction) == -32600
    assert connection.request("textDocument/documentSymbol", {"textDocument": {"uri": "file:///x.toml"}}) == []
    assert connection.request("shutdown", None) is None
    assert code(connection, "textDocument/hover", hover) == -32600
    assert code(connection, "shutdown", None) == -32600
    connection.notify("exit", None)
    assert connection.process.wait(10) == 0
    assert connection.errors() == ""


_FAILING = """
import sys
from specc.language_server import analysis, server
from specc.cli.shell import run
def fail(*arguments, **more):
    raise ValueError("a\\nb")
server.SpeccLanguageServer.analysis = fail
sys.exit(run(["lsp"]))
"""


def test_what_fails_is_told_in_one_line_and_not_to_the_user(tmp_path: Path) -> None:
    with LanguageClient((sys.executable, "-c", _FAILING), folder=tmp_path) as client:
        uri = client.open(tmp_path / "spec.toml", SPEC)
        assert code(client, "textDocument/hover", {"textDocument": {"uri": uri}, "position": STEP}) == -32603
        assert code(client, "textDocument/hover", {"textDocument": {"uri": uri}, "position": STEP}) == -32603
        lines = client.errors().splitlines()
        assert client.notifications == []
    assert len([line for line in lines if "a request failed: ValueError: a b" in line]) == 2
    assert [line for line in lines if not line.startswith("specc lsp: ")] == []


def test_a_rename_that_is_refused_is_no_failure(tmp_path: Path) -> None:
    with LanguageClient(SPECC, folder=tmp_path) as client:
        uri = client.open(tmp_path / "spec.toml", SPEC)
        at = {"textDocument": {"uri": uri}, "position": STEP}
        assert code(client, "textDocument/rename", {**at, "newName": "not a name"}) == -32803
        assert client.errors() == ""


# --- editors that are gone


def test_a_signal_ends_what_the_server_runs(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(
        "import os, pathlib, time\ndef f() -> int:\n"
        "    pathlib.Path('running').write_text(str(os.getpid()))\n    time.sleep(600)\n    return 1\n"
    )
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC.replace('wait = "1s"', 'call = "work:f"'))
    with LanguageClient(SPECC, folder=tmp_path) as client:
        uri = client.open(spec)
        client.ask("workspace/executeCommand", {"command": "specc.runStep", "arguments": [uri, "a"]})
        running = _number(next(_appears(tmp_path)))
        client.process.send_signal(signal.SIGTERM)
        assert client.process.wait(10) == 1
        _is_gone(running)


def _appears(folder: Path, seconds: float = 60) -> Iterator[Path]:
    """Files named `running`, wherever the step was run."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield from (path for path in folder.rglob("running") if path.read_text())
        time.sleep(0.05)


def _number(path: Path) -> int:
    return int(path.read_text())


def _is_gone(process: int, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"{process} still runs")


def test_a_server_whose_editor_is_gone_ends(connection: LanguageConnection) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    connection.request("initialize", {**connection.introduction, "processId": gone.pid})
    assert connection.process.wait(20) == 1
    assert connection.errors() == ""


# --- many messages at once


def _frames(*messages: dict[str, Any]) -> bytes:
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


def test_a_request_that_is_taken_back_before_its_turn_is_not_done(client: LanguageClient, tmp_path: Path) -> None:
    uri = client.open(tmp_path / "spec.toml", SPEC)
    ask = {"method": "textDocument/hover", "params": {"textDocument": {"uri": uri}, "position": STEP}}
    assert client.process.stdin is not None
    numbers = range(10_000, 10_100)
    sent = [{**ask, "id": number} for number in numbers]
    sent.append({"method": "$/cancelRequest", "params": {"id": numbers[-1]}})
    client.process.stdin.write(_frames(*sent))
    client.process.stdin.flush()
    client.answer(numbers[0])
    with pytest.raises(RequestError) as refused:
        client.answer(numbers[-1])
    assert refused.value.code == -32800
    client.answer(client.ask("textDocument/hover", ask["params"]))


def test_a_burst_of_changes_is_analysed_few_times_and_published_in_order(
    client: LanguageClient, tmp_path: Path
) -> None:
    uri = client.open(tmp_path / "spec.toml", SPEC)
    client.diagnostics(uri)
    last = 201
    texts = {version: SPEC.replace('"x"', f'"x{version}"') for version in range(2, last + 1)}
    assert client.process.stdin is not None
    client.process.stdin.write(
        _frames(*({"method": "textDocument/didChange", "params": changed(uri, *item)} for item in texts.items()))
    )
    client.process.stdin.flush()
    client.documents[uri].version = last
    client.diagnostics(uri)
    versions = [one.version for one in client._publications if one.uri == uri]
    assert versions == sorted(versions, key=lambda version: version or 0)
    assert len(versions) < 40


def test_the_language_that_the_editor_names_counts_where_the_address_tells_none(client: LanguageClient) -> None:
    text = "specc: 1\nkind: pipeline\nname: x\nsteps:\n  a:\n    wait: 1s\noutputs:\n  y: ${steps.b}\n"
    uri = opened(client, "untitled:Untitled-2", text, "yaml")
    found = client.publication(uri).diagnostics
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert [one["code"] for one in found] == ["SPC201"]


def test_a_file_without_a_name_harms_no_other(client: LanguageClient, tmp_path: Path) -> None:
    uris = [opened(client, uri) for uri in ("", "file:///", "untitled:")]
    spec = client.open(tmp_path / "spec.toml", SPEC)
    assert client.diagnostics(spec) == []
    for uri in uris:
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


_COUNTING = """
import atexit, gc, sys
from pathlib import Path
found = []
gc.callbacks.append(lambda phase, info: phase == "stop" and info["generation"] == 2 and found.append(1))
atexit.register(lambda: Path("collections").write_text(str(len(found))))
from specc.cli.shell import run
sys.exit(run(["lsp"]))
"""


def test_garbage_is_collected_while_somebody_types_without_a_pause(tmp_path: Path) -> None:
    with LanguageClient((sys.executable, "-c", _COUNTING), folder=tmp_path) as client:
        uri = client.open(tmp_path / "spec.toml", SPEC)
        for number in range(90):
            client.change(uri, SPEC.replace('"x"', f'"x{number}"'))
            client.publication(uri)
    assert int((tmp_path / "collections").read_text()) >= 2
