"""A web server for both engines, which answers the same to each."""

from __future__ import annotations

import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_lock = threading.Lock()


def web_address() -> str:
    """The address of the server, started when it is first asked for; it ends with this process."""
    with _lock:
        return _start()


@cache
def _start() -> str:
    server = _Server(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked: dict[str, int] = {}
        self.ended = threading.Event()
        self.lock = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    """`/echo`, `/text`, `/silent`, `/given?json=...`, `/status/404`, and `/busy/KEY?times=2`, which refuses its first requests with 429."""

    server: _Server

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        parts = urlsplit(self.path)
        name, _, rest = parts.path.strip("/").partition("/")
        query = parse_qs(parts.query)
        status, kind, data = 200, "application/json", ""
        if name == "echo":
            sent = {"X-Bird": self.headers.get("X-Bird"), "Content-Type": self.headers.get("Content-Type")}
            data = json.dumps({"method": self.command, "path": rest, "query": query, "headers": sent, "body": body})
        elif name == "text":
            kind, data = "text/plain; charset=utf-8", "grüße"
        elif name == "given":
            data = query["json"][0]
        elif name == "status":
            status, kind, data = int(rest), "text/plain", "sorry"
        elif name == "silent":
            self.server.ended.wait(20)
            return
        elif name == "busy":
            with self.server.lock:
                asked = self.server.asked[rest] = self.server.asked.get(rest, 0) + 1
            status = 429 if asked <= int(query["times"][0]) else 200
            data = json.dumps({"asked": asked})
        content = data.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


for _method in ("GET", "POST", "PUT", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler._answer)
