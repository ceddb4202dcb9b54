"""What a lens starts, for editors that have no commands of their own for it: specc itself, in a process of its own."""

from __future__ import annotations

import asyncio
import codecs
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from specc.language_server.addresses import path_of
from specc.language_server.lenses import RUN_STEP, RUN_TEST, SHOW_GRAPH

if TYPE_CHECKING:
    from specc.language_server.server import SpeccLanguageServer

_SHOWN = 600
"""Characters of what a command printed that are shown when it ends."""
_GRACE = 0.5
"""Seconds in which a run may write down how far it came."""
_LINE = 1 << 20
"""Bytes of one line of output that are kept together."""


class Commands:
    """The commands that run for one editor. They end with the server."""

    def __init__(self, server: SpeccLanguageServer) -> None:
        self._server = server
        self._running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, command: str, arguments: Sequence[object]) -> None:
        """Do what a lens says; how it goes is told as log messages, how it ends as a message."""
        if not arguments or not all(isinstance(item, str) for item in arguments):
            raise JsonRpcInvalidParams(f"`{command}` takes the address of a spec, and a name")
        uri, *names = [str(item) for item in arguments]
        path = _saved(command, uri)
        name = names[0] if names else ""
        if command != SHOW_GRAPH and not name:
            raise JsonRpcInvalidParams(f"`{command}` takes the address of a spec, and a name")
        if command == RUN_STEP:
            await self._run(path, ["run", "--local", path.name, "--step", name], f"step {name}")
        elif command == RUN_TEST:
            await self._run(path, ["test", path.name, "--name", name], f"test {name}")
        elif command == SHOW_GRAPH:
            await self._show_graph(path)

    def end(self) -> None:
        """End what still runs, with all that it has started: what has not ended by itself after a moment is killed."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            alive = [process for process in self._running.values() if _signal(process.pid, number)]
            if alive and number is signal.SIGTERM:
                time.sleep(_GRACE)
        self._running.clear()

    async def _show_graph(self, path: Path) -> None:
        """Draw the steps into the folder where runs are kept, and ask the editor to show the page."""
        page = path.parent / ".specc" / "graph" / f"{path.name}.html"
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            told = f"graph of {path.name}: cannot write {page.parent}: {error.strerror}"
            self._tell(types.MessageType.Error, told)
            return
        arguments = ["graph", path.name, "--format", "html", "-o", str(page)]
        if await self._run(path, arguments, f"graph of {path.name}", quiet=True) == 0:
            window = self._server.client_capabilities.window
            if window is not None and window.show_document is not None and window.show_document.support:
                self._server.window_show_document(types.ShowDocumentParams(uri=page.as_uri(), external=True))
            else:
                self._tell(types.MessageType.Info, f"graph of {path.name}: {page}")

    async def _run(self, path: Path, arguments: Sequence[str], what: str, *, quiet: bool = False) -> int:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "specc.cli", *arguments),  # `-P`: modules beside the spec are not specc's
            cwd=path.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            limit=_LINE,
        )
        self._running[process.pid] = process
        said = ""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        assert process.stdout is not None
        while chunk := await process.stdout.read(_LINE):
            text = decoder.decode(chunk)
            said = (said + text)[-_SHOWN:]
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, text.rstrip("\n")))
        code = await process.wait()
        self._running.pop(process.pid, None)
        if code or not quiet:
            kind = types.MessageType.Error if code else types.MessageType.Info
            ending = "done" if not code else f"failed (exit code {code})"
            unsaved = " What is not saved yet was not run." if self._unsaved(path) else ""
            self._tell(kind, f"{what}: {ending}.{unsaved}\n{said}".rstrip())
        return code

    def _tell(self, kind: types.MessageType, text: str) -> None:
        self._server.window_show_message(types.ShowMessageParams(kind, text))

    def _unsaved(self, path: Path) -> bool:
        """Whether the editor has another text of a file than the disk, which is what ran."""
        opened = self._server.files.texts.get(os.path.realpath(path))
        try:
            return opened is not None and opened != path.read_bytes()
        except OSError:
            return True


def _saved(command: str, uri: str) -> Path:
    """The file of a spec, which must be there: what runs reads the disk."""
    path = path_of(uri)
    if not path.is_absolute() or not path.is_file():
        raise JsonRpcInvalidParams(f"`{command}` needs a spec that is saved: there is no file {path.name or uri}")
    return path


def _signal(group: int, number: int) -> bool:
    """Signal the processes of a group; whether there were any."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
