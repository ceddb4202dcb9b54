"""The language server: which messages of the protocol it understands, and who answers them.

A handler only fetches the analysis and calls a module of its own name; those are imported when they are first needed,
so that the server answers its first completion within a second.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from specc.language_server.analysis import Analysis
from specc.language_server.workspace import OpenFiles

WATCHED = ("**/*.py", "**/*.toml", "**/*.{yaml,yml}", "**/*.json")
_QUIET_SECONDS = 2.0
"""After so long without a change garbage is collected: in the middle of typing that is felt."""
_MOST_CHANGES = 200
"""So many changes at most go by without a collection, should nobody ever pause."""


class SpeccLanguageServer(LanguageServer):
    """Serves one editor over standard input and output."""

    def __init__(self, version: str) -> None:
        # The whole text with every change: pygls ends lines where editors do not (U+2028), so parts may go astray.
        super().__init__("specc", version, types.TextDocumentSyncKind.Full)
        self.files = OpenFiles()
        self.options: dict[str, Any] = {}
        self.asked_to_end = False
        self.at_end: list[Callable[[], None]] = []
        """What is to be done when the editor says `shutdown`, or is gone."""
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._tidying: asyncio.TimerHandle | None = None
        self._changes = 0

    def analysis(self, uri: str) -> Analysis | None:
        """What is known of an open spec, brought up to date."""
        return self.files.analysis(uri)

    def refresh(self, uris: Sequence[str]) -> None:
        """Publish the diagnostics of specs as soon as no further message waits, so that a burst is analysed once."""
        loop = asyncio.get_running_loop()
        for uri in uris:
            if uri in self._waiting:
                self._waiting[uri].cancel()
            self._waiting[uri] = loop.call_later(0, self.publish, uri)
        if self._tidying is not None:
            self._tidying.cancel()
        self._changes += 1
        wait = _QUIET_SECONDS if self._changes < _MOST_CHANGES else 0
        self._tidying = loop.call_later(wait, self._tidy)

    def _tidy(self) -> None:
        self._changes = 0
        gc.collect()
        if not gc.get_freeze_count():
            gc.freeze()  # what is loaded by now stays, and need not be looked at again

    def publish(self, uri: str) -> None:
        """Tell the editor what is wrong with a spec."""
        from specc.language_server.diagnostics import diagnostics

        self._waiting.pop(uri, None)
        analysis = self.analysis(uri)
        found = diagnostics(analysis) if analysis is not None else []
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, self.files.version(uri)))

    def clear(self, uri: str) -> None:
        """Take back the diagnostics of a file that was closed."""
        if uri in self._waiting:
            self._waiting.pop(uri).cancel()
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def serve(version: str) -> int:
    """Serve until the editor says `exit`, or is gone; 0 when it had said `shutdown` before, else 1."""
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing but messages may reach the editor
    gc.disable()  # the server says when
    server = create_server(version)
    server.start_io(stdout=sink)
    for end in server.at_end:
        end()
    return 0 if server.asked_to_end else 1


def create_server(version: str) -> SpeccLanguageServer:
    """A server that has all its features."""
    from specc.language_server.handlers import completing, editing, lifecycle, navigating, showing

    server = SpeccLanguageServer(version)
    for handlers in (lifecycle, completing, editing, showing, navigating):
        handlers.register(server)
    return server
