"""`specc graph`: its forms, its layouts, and the preview that it serves."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

Command = Callable[..., Any]


def test_every_form(specc: Command, project: Path) -> None:
    begins = {
        "text": "sums\n",
        "mermaid": "---\n",
        "dot": "digraph",
        "json": "{",
        "svg": "<svg",
        "html": "<!doctype html>",
    }
    for form, beginning in begins.items():
        result = specc("graph", "sums.toml", "--format", form, "--layout", "built-in")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(beginning), form
    assert specc("graph", "sums.toml").out == specc("graph", "sums.toml", "--format", "text").out
    assert json.loads(specc("graph", "sums.toml", "--json").out)["name"] == "sums"


def test_a_page_tells_where_steps_stand(specc: Command, project: Path) -> None:
    page = specc("graph", "sums.toml", "--format", "html", "--layout", "built-in").out
    line = (project / "sums.toml").read_text().splitlines().index("[steps.double]") + 1
    assert f'"source":"sums.toml:{line}"' in page
    assert "connect-src" not in page


def test_output_goes_to_a_file(specc: Command, project: Path) -> None:
    result = specc("graph", "sums.toml", "--format", "svg", "-o", "pictures/sums.svg")
    assert result.out == "pictures/sums.svg\n"
    assert ElementTree.parse(project / "pictures/sums.svg").getroot().tag.endswith("svg")


def test_the_built_in_layout_is_that_of_artifacts(specc: Command, project: Path) -> None:
    specc("compile", "sums.toml", "-t", "graph", "-o", "out")
    drawn = specc("graph", "sums.toml", "--format", "svg", "--layout", "built-in").out
    assert (project / "out/graph/graph.svg").read_text() == drawn


def test_graphviz_that_is_not_there(specc: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    result = specc("graph", "sums.toml", "--format", "svg", "--layout", "graphviz")
    assert (result.code, result.out) == (3, "")
    assert "Graphviz is not installed" in result.err
    automatic = specc("graph", "sums.toml", "--format", "svg")
    assert automatic.out == specc("graph", "sums.toml", "--format", "svg", "--layout", "built-in").out


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo broken >&2; exit 7", "broken"),
        ("exit 0", "it ended with 0"),
        ("exit 7", "it ended with 7"),
        ("echo node n7 x; echo stop", "cannot be read"),
        ("echo graph 1 nan 5; echo node n0 1 1; echo node n1 1 2; echo stop", "cannot be read"),
        (
            "echo graph 1 5 5; echo node n0 1 1; echo node n1 1 2; echo edge n0 n1 1 nan inf; echo stop",
            "cannot be read",
        ),
    ],
)
def test_graphviz_that_does_not_work(
    specc: Command, project: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    program = project / "bin" / "dot"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    result = specc("graph", "sums.toml", "--format", "svg", "--layout", "graphviz")
    assert result.code == 3
    assert "error: Graphviz " in result.err
    assert said in result.err
    assert specc("graph", "sums.toml", "--format", "svg").code == 0, "the built-in layout does it"


@pytest.mark.skipif(
    shutil.which("dot") is None, reason="needs Graphviz (`make graphviz` installs it on Debian, as root)"
)
def test_graphviz_places_the_same_boxes(specc: Command, project: Path) -> None:
    def shown(layout: str) -> tuple[list[str], list[str | None]]:
        root = ElementTree.fromstring(specc("graph", "sums.toml", "--format", "svg", "--layout", layout).out)
        words = sorted(found.text or "" for found in root.iter() if found.tag.endswith("text"))
        return words, sorted(found.get("data-to") or "" for found in root.iter() if found.get("data-to"))

    assert shown("graphviz") == shown("built-in")


def test_a_spec_with_errors_is_not_drawn(specc: Command, project: Path) -> None:
    (project / "sums.toml").write_text("specc = 1\n")
    result = specc("graph", "sums.toml", "--format", "svg")
    assert (result.code, result.out) == (2, "")
    assert "SPC" in result.err


@pytest.mark.parametrize(
    "arguments",
    [("--open",), ("--port", "1"), ("--serve", "--format", "svg"), ("--serve", "-o", "a"), ("--serve", "--json")],
)
def test_options_that_do_not_go_together(specc: Command, project: Path, arguments: tuple[str, ...]) -> None:
    result = specc("graph", "sums.toml", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "--serve" in result.err


def test_a_port_that_is_taken(specc: Command, project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = specc("graph", "sums.toml", "--serve", "--port", port)
    assert (result.code, result.out) == (2, "")
    assert f"cannot serve at port {port}: address already in use" in result.err


@pytest.mark.slow
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_ended(project: Path, ended_by: signal.Signals) -> None:
    command = [sys.executable, "-m", "specc.cli", "graph", "sums.toml", "--serve"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=project)
    assert process.stdout is not None
    address = urlsplit(process.stdout.readline().strip())
    connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=10)
    connection.request("GET", address.path + "events")  # somebody still listens when it ends
    assert connection.getresponse().status == 200
    process.send_signal(ended_by)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "Ctrl-C" in said
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port or 0), timeout=5)
