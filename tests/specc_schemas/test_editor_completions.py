"""A real TOML language server (tombi), driven over its protocol, completes and checks specs with the generated schema."""

from __future__ import annotations

import importlib.util
import json
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_schemas import json_schema

SERVER = shutil.which("tombi", path=str(Path(sys.executable).parent)) or shutil.which("tombi")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SERVER is None and importlib.util.find_spec("tombi") is None, reason="tombi is not installed"),
]


class Client:
    """Just enough of the Language Server Protocol."""

    def __init__(self, folder: Path) -> None:
        assert SERVER is not None
        self.process = subprocess.Popen(
            [SERVER, "lsp", "--offline"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.number = 0
        capabilities: dict[str, Any] = {"textDocument": {"completion": {}, "publishDiagnostics": {}}}
        self.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self.notify("initialized", {})

    def _read(self) -> None:
        assert self.process.stdout is not None
        while header := self.process.stdout.readline():
            length = int(header.split(b":")[1])
            while self.process.stdout.readline().strip():
                pass
            self.messages.put(json.loads(self.process.stdout.read(length)))

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.messages.get(timeout=30)
            if message.get("id") == self.number and "method" not in message:
                return message.get("result")
            self._answer(message)

    def wait_for(self, method: str) -> dict[str, Any]:
        while True:
            message = self.messages.get(timeout=30)
            if message.get("method") == method:
                found: dict[str, Any] = message["params"]
                return found
            self._answer(message)

    def _answer(self, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})


class Editor:
    """Opens texts as spec files beside the schema."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = Client(folder)
        self.opened = 0

    def open(self, text: str) -> tuple[str, list[dict[str, Any]]]:
        """The address of the opened text, and what the server finds wrong with it."""
        self.opened += 1
        path = self.folder / f"spec{self.opened}.toml"
        text = "#:schema ./specc.schema.json\n" + text
        path.write_text(text)
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": document})
        return uri, list(self.client.wait_for("textDocument/publishDiagnostics")["diagnostics"])

    def completions(self, text: str) -> set[str]:
        """The labels offered at the end of `text`."""
        uri, _ = self.open(text)
        lines = ("#:schema ./specc.schema.json\n" + text).split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        found = self.client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"] for item in items}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    (folder / "specc.schema.json").write_text(json.dumps(json_schema.generate()))
    found = Editor(folder)
    yield found
    found.client.process.kill()
    found.client.process.wait()


HEAD = 'specc = 1\nkind = "pipeline"\nname = "x"\n'


def test_top_level_keys(editor: Editor) -> None:
    assert {"steps", "params", "defaults"} <= editor.completions(HEAD)


def test_keys_of_an_empty_step(editor: Editor) -> None:
    assert {"call", "wait", "command", "steps"} <= editor.completions(HEAD + "[steps.a]\n")


def test_keys_go_with_the_action(editor: Editor) -> None:
    call = editor.completions(HEAD + '[steps.a]\ncall = "m:f"\n')
    assert {"with", "retry", "timeout", "each"} <= call
    assert not call & {"argv", "globals", "yield"}
    script = editor.completions(HEAD + '[steps.a]\nscript = "train.py"\n')
    assert {"argv", "globals"} <= script


def test_values_of_a_choice(editor: Editor) -> None:
    labels = editor.completions(HEAD + "[params.a]\ntype = ")
    assert any("integer" in label for label in labels), labels


def test_a_valid_spec_is_quiet(editor: Editor) -> None:
    text = (
        '[params.limit]\ntype = "integer"\n[steps.a]\ncall = "m:f"\nwith.x = 1\nretry = { max = 2, delay = "1s" }\n'
        '[steps.g]\neach.x = "${steps.a}"\nmax_parallel = 2\n[steps.g.steps.b]\nwait = "1s"\n'
    )
    assert editor.open(HEAD + text)[1] == []


@pytest.mark.parametrize("body", ['[steps.a]\ncall = "m:f"\ntimout = "5m"\n', "[steps.a]\nwait = 5\n", "[steps.a]\n"])
def test_mistakes_are_shown(editor: Editor, body: str) -> None:
    assert editor.open(HEAD + body)[1]
