"""The live preview, asked by a real client: who may look, and what is told when files change."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from specc_targets.graph import watching
from specc_targets.graph.picture import Picture
from specc_targets.graph.serving import Server
from specc_targets.graph.svg import to_svg
from specc_targets.graph.watching import Watcher
from whole_files import replace

Serve = Callable[[Path], Server]


def ask(server: Server, path: str | None = None, **headers: str) -> http.client.HTTPResponse:
    """Ask for a path; without one, for the page."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=10)
    connection.putrequest("GET", address.path if path is None else path, skip_host=True)
    for name, value in {"Host": address.netloc, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse()


def states(server: Server) -> Iterator[dict[str, Any]]:
    """Each state that a listener is told."""
    response = ask(server, urlsplit(server.url).path + "events")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    for line in iter(response.readline, b""):
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


def test_the_page_is_there_for_whoever_knows_the_address(serve: Serve, edited: Path) -> None:
    server = serve(edited)
    response = ask(server)
    page = response.read().decode()
    assert response.status == 200
    assert 'data-step="1"' in page
    assert "connect-src 'self'" in page
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("method", "body"), [("POST", b"not implemented\n"), ("HEAD", b""), ("BREW", b"not implemented\n")]
)
def test_all_but_looking_is_refused_in_plain_text(serve: Serve, edited: Path, method: str, body: bytes) -> None:
    server = serve(edited)
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port or 0, timeout=10)
    connection.request(method, urlsplit(server.url).path)
    response = connection.getresponse()
    assert (response.status, response.read()) == (501, body)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    ["/", "/events", "/wrong-token/", "/wrong-token/events", "//", "/../../etc/passwd", "/%2e%2e/", "/favicon.ico"],
)
def test_without_the_token_there_is_nothing(serve: Serve, edited: Path, path: str) -> None:
    response = ask(serve(edited), path)
    assert (response.status, response.read()) == (404, b"not found\n")


@pytest.mark.parametrize("path", ["sums.toml", "functions.py", "../sums.toml", "static/page.js", "events/", "?a=b"])
def test_nothing_else_is_served(serve: Serve, edited: Path, path: str) -> None:
    server = serve(edited)
    assert ask(server, urlsplit(server.url).path + path).status == 404
    assert ask(server, urlsplit(server.url).path.rstrip("/")).status == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_host_is_refused(serve: Serve, edited: Path, host: str) -> None:
    assert ask(serve(edited), Host=host).status == 403


def test_pages_from_elsewhere_are_refused(serve: Serve, edited: Path) -> None:
    server = serve(edited)
    own = f"http://{urlsplit(server.url).netloc}"
    assert ask(server, Origin=own).status == 200
    for origin in ("http://evil.example", "null", own.replace("http:", "https:")):
        assert ask(server, Origin=origin).status == 403


def test_only_reading_is_possible(serve: Serve, edited: Path) -> None:
    address = urlsplit(serve(edited).url)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=10)
        connection.request(method, address.path)
        assert connection.getresponse().status == 501


def test_it_listens_on_the_loopback_interface_alone(serve: Serve, edited: Path) -> None:
    port = urlsplit(serve(edited).url).port or 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_tokens_differ(serve: Serve, edited: Path) -> None:
    tokens = {urlsplit(serve(edited).url).path for _ in range(2)}
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)


def test_a_change_of_the_spec_is_told(serve: Serve, edited: Path) -> None:
    told = states(serve(edited))
    first = next(told)
    assert (first["version"], first["problems"]) == (1, "")
    assert [step["name"] for step in first["picture"]["steps"]] == ["numbers", "total"]
    replace(edited, edited.read_text().replace("steps.total", "steps.whole"))
    second = next(told)
    assert second["version"] == 2
    assert [step["name"] for step in second["picture"]["steps"]] == ["numbers", "whole"]
    assert "whole" in second["picture"]["svg"]


def test_errors_are_told_with_their_lines_and_the_last_picture_stays(serve: Serve, edited: Path) -> None:
    server = serve(edited)
    told = states(server)
    next(told)
    good = edited.read_text()
    replace(edited, good.replace("${steps.numbers}", "${steps.nombers}"))
    broken = next(told)
    assert broken["picture"] is None
    assert "SPC201" in broken["problems"]
    assert "sums.toml:11:" in broken["problems"]
    page = ask(server).read().decode()
    assert 'data-step="1"' in page, "who comes now sees the last picture, too"
    assert "SPC201" in page
    replace(edited, "not toml at all [")
    assert "SPC0" in next(told)["problems"]
    edited.unlink()
    assert next(told)["picture"] is None
    replace(edited, good)
    mended = next(told)
    assert mended["problems"] == ""
    assert len(mended["picture"]["steps"]) == 2


def test_a_change_of_python_is_told(serve: Serve, edited: Path) -> None:
    told = states(serve(edited))
    next(told)
    functions = edited.parent / "functions.py"
    code = functions.read_text()
    functions.write_text(code.replace("def total", "def sum_up"))
    assert "functions.py" in next(told)["problems"]
    functions.unlink()
    assert "functions" in next(told)["problems"]
    functions.write_text(code)
    assert next(told)["problems"] == ""


def test_a_change_of_what_is_extended_is_told(serve: Serve, edited: Path) -> None:
    base = edited.parent / "base.toml"
    base.write_text('[steps.more]\ncall = "functions:numbers"\n')
    replace(edited, edited.read_text().replace("specc = 1", 'specc = 1\nextends = ["base.toml"]'))
    told = states(serve(edited))
    assert {step["name"] for step in next(told)["picture"]["steps"]} == {"numbers", "total", "more"}
    base.write_text('[steps.other]\ncall = "functions:numbers"\n')
    assert {step["name"] for step in next(told)["picture"]["steps"]} == {"numbers", "total", "other"}


def test_a_spec_that_is_broken_from_the_beginning_is_served(serve: Serve, edited: Path) -> None:
    good = edited.read_text()
    replace(edited, "specc = 1\n")
    told = states(serve(edited))
    first = next(told)
    assert first["picture"] is None
    assert "SPC" in first["problems"]
    replace(edited, good)
    assert len(next(told)["picture"]["steps"]) == 2


def test_a_file_that_is_written_again_unchanged_is_no_news(serve: Serve, edited: Path) -> None:
    server = serve(edited)
    told = states(server)
    next(told)
    replace(edited, edited.read_text() + "\n# a remark\n")
    edited.with_name("other.txt").write_text("nobody's business")
    replace(edited, edited.read_text().replace("steps.total", "steps.whole"))
    assert next(told)["version"] == server.state.version == 2


def test_the_last_picture_stays_as_it_is_laid_out(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def marked(picture: Picture, layout: str) -> str:
        return to_svg(picture).replace("<svg", f'<svg data-layout="{layout}"', 1)

    monkeypatch.setattr(watching, "laid_out", marked)
    watcher, good = Watcher(str(edited), "graphviz"), edited.read_text()
    assert 'data-layout="graphviz"' in watcher.state.message["picture"]["svg"]
    for spoil in (lambda: replace(edited, good.replace("[steps.total]", "[steps.9]")), edited.unlink):
        spoil()
        assert watcher.look()
        assert watcher.state.message["picture"] is None
        assert b'data-layout="graphviz"' in watcher.state.page
        assert b'data-step="1"' in watcher.state.page
        replace(edited, good)
        assert watcher.look()
        assert watcher.state.message["problems"] == ""


def test_graphviz_is_asked_once_for_each_change(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, asked = edited.parent / "bin" / "dot", edited.parent / "asked"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho >> {shlex.quote(str(asked))}; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    watcher = Watcher(str(edited), "auto")
    assert asked.read_text() == "\n"
    replace(edited, edited.read_text().replace("steps.total", "steps.whole"))
    assert watcher.look()
    assert asked.read_text() == "\n\n"
