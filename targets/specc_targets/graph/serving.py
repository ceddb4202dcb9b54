"""A server of one picture, which follows the spec: for the browser of whoever edits it, on this machine alone.

It listens on the loopback interface. Every path begins with a token drawn by chance, so that no other page or user can
ask for anything. Requests that name another host are refused: a page elsewhere cannot make its own name mean this one.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from specc.targets import TargetError
from specc_targets.graph.pictures import Layout
from specc_targets.graph.watching import State, Watcher

LOOPBACK = "127.0.0.1"
_EVERY = 0.2
"""Seconds between looks at the files."""
_SILENCE = 10.0
"""Seconds after which a listener is told something, to find out whether it is still there."""
_LISTENERS = 32
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Server:
    """Serves the page at `url`, and tells all that look at it when the picture changes."""

    def __init__(self, spec: str, layout: Layout, port: int = 0) -> None:
        """Draw the spec once, and take the port. Raises `TargetError` when one of that cannot be done."""
        self._watcher = Watcher(spec, layout)
        self._state = self._watcher.state
        self._news = threading.Condition()
        self._ended = False
        self._listeners = threading.BoundedSemaphore(_LISTENERS)
        self._token = secrets.token_urlsafe(24)
        try:
            self._http = _Http((LOOPBACK, port), _Handler, self)
        except OSError as error:
            raise TargetError(f"cannot serve at port {port}: {(error.strerror or str(error)).lower()}") from None
        self._port = self._http.server_address[1]

    @property
    def url(self) -> str:
        """Where the page is; whoever knows this may look at it."""
        return f"http://{LOOPBACK}:{self._port}/{self._token}/"

    @property
    def state(self) -> State:
        """What is shown now."""
        return self._state

    def run(self) -> None:
        """Serve until `stop`, or until the thread is interrupted."""
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            while not self._ended:
                if self._watcher.look():
                    self._publish(self._watcher.state)
                with self._news:
                    self._news.wait_for(lambda: self._ended, _EVERY)
        finally:
            self.stop()
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def stop(self) -> None:
        """End `run`, and let go of everybody who listens."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _publish(self, state: State) -> None:
        with self._news:
            self._state = state
            self._news.notify_all()

    def allows(self, host: str, origin: str | None) -> bool:
        """Whether a request is meant for this server, and from a page of its own."""
        hosts = {f"{name}:{self._port}" for name in (LOOPBACK, "localhost")}
        return host in hosts and (origin is None or origin in {f"http://{name}" for name in hosts})

    def path_of(self, path: str) -> str | None:
        """What follows the token in a path; None without the token."""
        token, _, rest = path.removeprefix("/").partition("/")
        known = hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode())
        return f"/{rest}" if known and path.startswith(f"/{token}/") else None

    def listen(self, send: Callable[[bytes], None]) -> None:
        """Send the state, and every newer one, until the end. `send` raises `OSError` when nobody listens any more."""
        if not self._listeners.acquire(blocking=False):
            return
        try:
            told = 0
            while not self._ended:
                state = self._state
                if state.version > told:
                    told = state.version
                    send(f"event: state\ndata: {json.dumps(state.message)}\n\n".encode())
                else:
                    send(b": still here\n\n")
                self._wait_for_news(told)
        finally:
            self._listeners.release()

    def _wait_for_news(self, told: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._ended or self._state.version > told, _SILENCE)


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], owner: Server) -> None:
        super().__init__(address, handler)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is nothing to talk about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    server_version, sys_version = "specc", ""
    timeout = 30.0

    def do_GET(self) -> None:  # the name that the standard library looks for
        """Answer with the page, the events, or an error that tells nothing."""
        owner = self.server.owner
        path = owner.path_of(self.path)
        if not owner.allows(self.headers.get("Host", ""), self.headers.get("Origin")):
            self._answer(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", b"forbidden\n")
        elif path == "/":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", owner.state.page)
        elif path == "/events":
            self._begin(HTTPStatus.OK, "text/event-stream; charset=utf-8")
            self.end_headers()
            owner.listen(self._send)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"not found\n")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request that is understood: with plain text, as all else is refused."""
        status = HTTPStatus(code)
        self._answer(status, "text/plain; charset=utf-8", f"{status.phrase.lower()}\n".encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the address of a request has the token in it."""

    def _begin(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in _HEADERS.items():
            self.send_header(name, value)

    def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self._begin(status, kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()
