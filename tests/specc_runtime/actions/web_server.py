"""A web server on this machine that answers as it is asked to, and remembers what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Web(ThreadingHTTPServer):
    """`/json`, `/text`, `/bytes`, `/echo`, `/status/404`, `/to?url=...`, `/broken`, `/silent`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving() -> Iterator[Web]:
    web = Web()
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.release.set()
        web.shutdown()
        web.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Web

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        parts = urlsplit(self.path)
        name, _, rest = parts.path.strip("/").partition("/")
        query = parse_qs(parts.query)
        if name == "json":
            self._send(200, "application/json; charset=utf-8", b'{"birds": ["goose", 1.5, null]}')
        elif name == "problem":
            self._send(200, "application/problem+json", b"[1]")
        elif name == "text":
            self._send(200, "text/plain; charset=latin-1", "grüße".encode("latin-1"))
        elif name == "bytes":
            self._send(200, "application/octet-stream", b"\xff\x00")
        elif name == "nojson":
            self._send(200, "application/json", b"{")
        elif name == "echo":
            found = {
                "method": self.command,
                "query": query,
                "type": self.headers.get("Content-Type"),
                "body": body.decode(),
            }
            self._send(200, "application/json", json.dumps(found).encode())
        elif name == "status":
            self._send(int(rest), "text/plain", b"" if rest in ("204", "304") else b"sorry, no")
        elif name in ("to", "round"):
            self.send_response(302)
            self.send_header("Location", query.get("url", ["/round"])[0])
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif name == "silent":
            self.server.release.wait(30)
        elif name == "broken":
            self.wfile.write(b"no HTTP at all\r\n\r\n")

    def _send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


for _method in ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"):
    setattr(_Handler, f"do_{_method}", _Handler._answer)
