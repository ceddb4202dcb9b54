"""The language server: which messages of the protocol it understands, and who answers them.

A handler only fetches the analysis and calls a module of its own name; those are imported when they are first needed,
so that the server answers its first completion within a second.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from specc.language_server.analysis import Analysis
from specc.language_server.conversation import Conversation
from specc.language_server.garbage import Garbage
from specc.language_server.protocol import SpeccProtocol, tell
from specc.language_server.workspace import OpenFiles

WATCHED = ("**/*.py", "**/*.toml", "**/*.{yaml,yml}", "**/*.json", "**/*.csv")
_DELAY = 0.001
"""Seconds without a change after which diagnostics are published: the changes of a burst come closer together."""
_MOST_DELAY = 0.05
"""Seconds that diagnostics wait at most, however many changes follow."""


class SpeccLanguageServer(LanguageServer):
    """Serves one editor over standard input and output."""

    protocol: SpeccProtocol

    def __init__(self, version: str) -> None:
        # The whole text with every change: pygls ends lines where editors do not (U+2028), so parts may go astray.
        super().__init__("specc", version, types.TextDocumentSyncKind.Full, protocol_cls=SpeccProtocol)
        self.files = OpenFiles()
        self.options: dict[str, Any] = {}
        self.asked_to_end = False
        self.at_end: list[Callable[[], None]] = []
        """What is to be done when the editor says `shutdown`, or is gone."""
        self.garbage = Garbage()
        self._stale: dict[str, None] = {}
        self._publishing: asyncio.TimerHandle | None = None
        self._latest = 0.0

    def analysis(self, uri: str) -> Analysis | None:
        """What is known of an open spec, brought up to date."""
        return self.files.analysis(uri)

    def refresh(self, uris: Sequence[str]) -> None:
        """Publish the diagnostics of specs as soon as no further message comes, so that a burst is analysed once."""
        if not self._stale:
            self._latest = asyncio.get_running_loop().time() + _MOST_DELAY
        self._stale.update(dict.fromkeys(uris))
        self._publish_later()
        self.garbage.grows()

    def _publish_later(self) -> None:
        loop = asyncio.get_running_loop()
        if self._publishing is not None:
            self._publishing.cancel()
        self._publishing = loop.call_at(min(loop.time() + _DELAY, self._latest), self._publish_next)

    def _publish_next(self) -> None:
        """Publish what is to be said of one spec; messages that come meanwhile go before the next one."""
        if self.protocol.waiting and asyncio.get_running_loop().time() < self._latest:
            self._publish_later()
            return
        uri = next(iter(self._stale), None)
        if uri is not None:
            self.publish(uri)
        if self._stale:
            self._publish_later()

    def publish(self, uri: str) -> None:
        """Tell the editor what is wrong with a spec."""
        from specc.language_server.diagnostics import diagnostics

        self._stale.pop(uri, None)
        analysis = self.analysis(uri)
        found = diagnostics(analysis) if analysis is not None else []
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, self.files.version(uri)))
        self.garbage.published()

    def clear(self, uri: str) -> None:
        """Take back the diagnostics of a file that was closed."""
        self._stale.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def report_server_error(self, error: Exception, source: object) -> None:
        """Tell one line to standard error; the editor's user has nothing of it."""
        tell("a message failed", error)

    def end(self) -> None:
        """End what was started for the editor."""
        for end in self.at_end:
            end()


def serve(version: str) -> int:
    """Serve until the editor says `exit`, or is gone; 0 when it had said `shutdown` before, else 1."""
    # A file of its own: the thread that reads may wait in it when the process ends.
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing but messages may reach the editor
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)  # what it tells of are ordinary answers, at length
    gc.disable()  # the server says when
    server = create_server(version)
    asyncio.run(_converse(server, Conversation(server.protocol, source, sink)))
    return 0 if server.asked_to_end else 1


async def _converse(server: SpeccLanguageServer, conversation: Conversation) -> None:
    try:
        await conversation.run(lambda: server.process_id)
    finally:
        server.end()


def create_server(version: str) -> SpeccLanguageServer:
    """A server that has all its features."""
    from specc.language_server.handlers import completing, editing, lifecycle, navigating, showing

    server = SpeccLanguageServer(version)
    for handlers in (lifecycle, completing, editing, showing, navigating):
        handlers.register(server)
    return server
