"""A server of the Language Server Protocol that runs, and messages to it and from it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

Message = dict[str, Any]
"""A message, or a part of one, as JSON has it."""
Found = TypeVar("Found")


CAPABILITIES: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "configuration": True,
        "workspaceFolders": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "executeCommand": {},
        "symbol": {},
    },
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True, "codeDescriptionSupport": True},
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
                "insertReplaceSupport": False,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
            },
            "contextSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "signatureHelp": {"signatureInformation": {"documentationFormat": ["markdown", "plaintext"]}},
        "definition": {"linkSupport": False},
        "references": {},
        "documentHighlight": {},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}},
            "dataSupport": True,
            "isPreferredSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "codeLens": {},
        "rename": {"prepareSupport": True},
        "formatting": {},
        "foldingRange": {},
        "documentLink": {},
        "inlayHint": {},
        "semanticTokens": {
            "requests": {"full": True},
            "tokenTypes": [
                "namespace", "type", "enum", "parameter", "variable", "property", "enumMember", "function", "method",
                "keyword", "comment", "string", "number", "operator",
            ],
            "tokenModifiers": ["declaration", "definition", "readonly", "deprecated", "defaultLibrary"],
            "formats": ["relative"],
        },
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}  # fmt: skip
"""What an editor such as VS Code says that it can do, unless a test says otherwise."""


class RequestError(Exception):
    """A server answered a request by an error."""

    def __init__(self, method: str, error: Message) -> None:
        super().__init__(f"{method}: {error.get('message')} ({error.get('code')})")
        self.code: int = error.get("code", 0)
        self.message: str = error.get("message", "")
        self.data: Any = error.get("data")


class SilenceError(Exception):
    """A server did not answer in time, or ended."""


@dataclass(frozen=True)
class Publication:
    """Diagnostics of a document, as they came."""

    uri: str
    version: int | None
    """Of the document, where the server says it."""
    diagnostics: list[Message]
    time: float
    """When they came, by `time.perf_counter`."""


class LanguageConnection:
    """A server that runs. It is answered what it asks; whatever is waited for has an end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        capabilities: Message | None = None,
        options: Any = None,
        settings: Message | None = None,
        timeout: float = 30.0,
        introduces: bool = True,
    ) -> None:
        """Starts `command` in `folder`, which is the workspace, and introduces itself, unless that is left to the caller.

        `environment` is added to this process's. `options` are the initializationOptions. `settings` answers
        workspace/configuration by section (`{"yaml": {"hover": True}}`; `yaml.hover` is found, too).
        """
        self.folder = folder
        self.settings = settings or {}
        self.timeout = timeout
        self.applied: list[Message] = []
        """What the server asked to edit (params of workspace/applyEdit); nothing is changed by it."""
        self.notifications: list[Message] = []
        """Every notification but diagnostics, oldest first."""
        self.registrations: list[Message] = []
        """What the server registered for while running."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the server)
        self._news = threading.Condition()
        self._answers: dict[int | None, Message] = {}
        self._publications: list[Publication] = []
        self._ended = False
        self._number = 0
        self._outgoing: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            list(command),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._write, daemon=True).start()
        self.introduction: Message = {
            "processId": os.getpid(),
            "clientInfo": {"name": "specc tests"},
            "rootUri": folder.as_uri(),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            "capabilities": CAPABILITIES if capabilities is None else capabilities,
            "initializationOptions": options,
        }
        """The parameters of `initialize`."""
        if not introduces:
            return
        try:
            self.initialized: Message = self.request("initialize", self.introduction)
        except (RequestError, SilenceError):
            self.close()
            raise
        self.capabilities: Message = self.initialized["capabilities"]
        """The server's."""
        self.notify("initialized", {})
        if settings is not None:
            self.notify("workspace/didChangeConfiguration", {"settings": settings})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self, timeout: float = 5.0) -> int:
        """Asks the server to end, and ends it when it does not; its exit code (negative when it was killed)."""
        try:
            if self.process.poll() is None:
                self.request("shutdown", None, timeout=timeout)
                self.notify("exit", None)
                self.process.wait(timeout)
        except (RequestError, SilenceError, subprocess.TimeoutExpired):
            self.process.kill()
        finally:
            code = self.process.wait()
            self._outgoing.put(None)
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    with suppress(BrokenPipeError):
                        stream.close()
            self._errors.close()
        return code

    def request(self, method: str, params: Any, *, timeout: float | None = None) -> Any:
        """What the server answers; raises `RequestError` when that is an error, `SilenceError` when it is nothing."""
        return self.answer(self.ask(method, params), method, timeout=timeout)

    def ask(self, method: str, params: Any) -> int:
        """Sends a request without waiting; its number, for `answer` and `cancel`."""
        with self._news:
            self._number += 1
            number = self._number
        self._send({"id": number, "method": method, "params": params})
        return number

    def answer(self, number: int, method: str = "request", *, timeout: float | None = None) -> Any:
        """Waits for the answer to what was asked."""
        found: Message = self._wait(lambda: self._answers.pop(number, None), f"an answer to {method}", timeout)
        if "error" in found:
            raise RequestError(method, found["error"])
        return found.get("result")

    def cancel(self, number: int) -> None:
        """Says that an answer is not needed any more."""
        self.notify("$/cancelRequest", {"id": number})

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification."""
        self._send({"method": method, "params": params})

    def wait_for(self, method: str, *, timeout: float | None = None) -> Message:
        """The params of the first notification of a method that was not waited for yet."""

        def first() -> Message | None:
            for index, message in enumerate(self.notifications):
                if message["method"] == method:
                    del self.notifications[index]
                    return message.get("params") or {}
            return None

        return self._wait(first, method, timeout)

    def errors(self) -> str:
        """The end of what the server wrote to its standard error."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4000))
        return self._errors.read().decode(errors="replace")

    def _wait(self, look: Callable[[], Found | None], what: str, timeout: float | None) -> Found:
        seconds = self.timeout if timeout is None else timeout
        found: Found | None = None

        def arrived() -> bool:
            nonlocal found
            found = look()
            return found is not None or self._ended

        with self._news:
            self._news.wait_for(arrived, seconds)
            if found is not None:
                return found
            ended = self._ended
        why = f"the server ended ({self.process.wait(5)})" if ended else f"nothing for {seconds} s"
        raise SilenceError(f"waited for {what}: {why}\nstandard error of the server:\n{self.errors()}")

    def _send(self, message: Message) -> None:
        self._outgoing.put(message)

    def _write(self) -> None:
        """Writes in a thread of its own: a server that is slow to read must not keep its answers from being read."""
        assert self.process.stdin is not None
        with suppress(OSError, ValueError):  # it takes nothing any more: who waits for an answer hears of it
            while (message := self._outgoing.get()) is not None:
                body = json.dumps({"jsonrpc": "2.0", **message}).encode()
                self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while message := _message(self.process.stdout):
                self._take(message)
        except (OSError, ValueError):
            pass  # what it says is no message: nothing more will come
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _take(self, message: Message) -> None:
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._reply(message["method"], message.get("params"))})
            return
        with self._news:
            if "method" not in message:
                self._answers[message.get("id")] = message
            elif message["method"] == "textDocument/publishDiagnostics":
                params = message["params"]
                self._publications.append(
                    Publication(params["uri"], params.get("version"), params["diagnostics"], time.perf_counter())
                )
            else:
                self.notifications.append(message)
            self._news.notify_all()

    def _reply(self, method: str, params: Any) -> Any:
        if method == "workspace/configuration":
            return [self._setting(item.get("section")) for item in params["items"]]
        if method == "workspace/workspaceFolders":
            return [{"uri": self.folder.as_uri(), "name": self.folder.name}]
        if method == "workspace/applyEdit":
            with self._news:
                self.applied.append(params)
                self._news.notify_all()
            return {"applied": True}
        if method == "window/showDocument":
            return {"success": True}
        if method == "client/registerCapability":
            self.registrations.extend(params["registrations"])
        return None

    def _setting(self, section: str | None) -> Any:
        found: Any = self.settings
        for key in section.split(".") if section else ():
            found = found.get(key) if isinstance(found, dict) else None
        return found


def _message(stream: IO[bytes]) -> Message | None:
    """The next message; None at the end."""
    length = None
    while (line := stream.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if length is None:
        return None
    found: Message = json.loads(stream.read(length))
    return found
