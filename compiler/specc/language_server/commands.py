"""What a lens starts, for editors that have no commands of their own for it: specc itself, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams

from specc.language_server.lenses import RUN_STEP, RUN_TEST, SHOW_GRAPH

if TYPE_CHECKING:
    from specc.language_server.server import SpeccLanguageServer

_SHOWN = 600
"""Characters of what a command printed that are shown when it ends."""
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
        path = Path(uris.to_fs_path(uri) or uri)
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
        """End what still runs, with all that it has started."""
        for process in self._running.values():
            try:
                os.killpg(process.pid, signal.SIGTERM)
            except (ProcessLookupError, PermissionError):
                continue
        self._running.clear()

    async def _show_graph(self, path: Path) -> None:
        """Draw the steps into the folder where runs are kept, and ask the editor to show the page."""
        page = path.parent / ".specc" / "graph" / f"{path.name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        arguments = ["graph", path.name, "--format", "html", "-o", str(page)]
        if await self._run(path, arguments, f"graph of {path.name}", quiet=True) == 0:
            params = types.ShowDocumentParams(uri=page.as_uri(), external=True)
            self._server.window_show_document(params)

    async def _run(self, path: Path, arguments: Sequence[str], what: str, *, quiet: bool = False) -> int:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "specc.cli", *arguments),
            cwd=path.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            limit=_LINE,
        )
        self._running[process.pid] = process
        said: list[str] = []
        assert process.stdout is not None
        while chunk := await process.stdout.read(_LINE):
            text = chunk.decode("utf-8", "replace")
            said = ["".join((*said, text))[-_SHOWN:]]
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, text.rstrip("\n")))
        code = await process.wait()
        self._running.pop(process.pid, None)
        if code or not quiet:
            kind = types.MessageType.Error if code else types.MessageType.Info
            ending = "done" if not code else f"ended with {code}"
            told = "\n".join((f"{what}: {ending}", *said)).rstrip()
            self._server.window_show_message(types.ShowMessageParams(kind, told))
        return code
