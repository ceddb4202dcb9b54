"""Runs a script in both ways: as `python script.py` with values edited by hand, and as a step does."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from specc_runtime.functions import use_root
from specc_runtime.scripts.pipes import pipes
from specc_runtime.scripts.requests import Start, packed
from specc_runtime.scripts.servers import server

_MARK = re.compile(r"<<(\w+): (.*?) => (.*?)>>")


@dataclass(frozen=True)
class Case:
    """A script. `<<lr: 0.1 => 0.5>>` in it stands for `0.1`, and the global `lr` is given as `0.5`."""

    name: str
    source: str
    argv: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    edited: str | None = None
    """The text as it would be after editing; else each mark becomes its second value."""
    values: dict[str, Any] = field(default_factory=dict)
    """Values without a mark."""
    references: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    module: str | None = None
    status: int = 0
    """What the status has to be in both ways, so that a case cannot be right by failing twice."""
    stderr: bool = True
    """Whether standard error is compared."""

    def text(self, *, original: bool) -> str:
        if not original and self.edited is not None:
            return dedent(self.edited).lstrip("\n")
        return _MARK.sub(r"\2" if original else r"\3", dedent(self.source).lstrip("\n"))

    @property
    def given(self) -> dict[str, Any]:
        marked = {name: ast.literal_eval(value) for name, _, value in _MARK.findall(self.source)}
        return {**marked, **self.values}

    def write(self, folder: Path, *, original: bool) -> None:
        folder.mkdir(parents=True)
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"))
        path = folder / ("script.py" if self.module is None else self.module.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.text(original=original).encode(self.encoding))


@dataclass(frozen=True)
class Ended:
    """How a run went."""

    status: int
    out: bytes
    err: bytes


def environment(case: Case) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_", "PYTEST"))}
    return {**kept, **case.env}


def reference(case: Case, folder: Path) -> Ended:
    case.write(folder, original=False)
    program = ["script.py"] if case.module is None else ["-m", case.module]
    done = subprocess.run(
        [sys.executable, *program, *case.argv],
        cwd=folder,
        env=environment(case),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def request_of(case: Case, folder: Path) -> dict[str, Any]:
    """What the server of scripts is asked for; `folder` becomes the package's root."""
    case.write(folder, original=True)
    use_root(folder)
    start = Start("script.py" if case.module is None else None, case.module, None, list(case.argv), folder)
    return start.request(packed(case.given, case.references, "the global"), {}, None, environment(case))


def started(request: dict[str, Any]) -> Ended:
    with server(request["environment"], request["cwd"]) as used, pipes(subprocess.DEVNULL) as ends:
        out, err, report = (os.fdopen(one, "rb") for one, _ in ends.pairs)
        ends.given()
        found: dict[str, bytes] = {}
        threads = [
            threading.Thread(target=lambda name=name, file=file: found.update({name: file.read()}))
            for name, file in (("out", out), ("err", err))
        ]
        for thread in threads:
            thread.start()
        status, _ = used.run(request, ends.theirs, report.fileno(), ends.close)
        for thread in threads:
            thread.join()
        for file in (out, err, report):
            file.close()
    return Ended(status, found["out"], found["err"])


def both(cases: Sequence[Case], folder: Path) -> dict[str, tuple[Ended, Ended]]:
    """All cases in both ways; `package` in the place of the folder that differs."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(started, [request_of(case, folder / "wanted" / case.name) for case in cases]))
        references = list(pool.map(lambda case: reference(case, folder / "edited" / case.name), cases))
    return {
        case.name: (_plain(one, folder / "edited" / case.name), _plain(two, folder / "wanted" / case.name))
        for case, one, two in zip(cases, references, found, strict=True)
    }


def _plain(ended: Ended, folder: Path) -> Ended:
    here = str(folder).encode()
    err = re.sub(rb"repeated \d+ more times", b"repeated", ended.err)  # the server has a frame of its own below
    err = re.sub(rb"0x[0-9a-f]{6,}", b"0x...", err.replace(here, b"/package"))
    return Ended(ended.status, ended.out.replace(here, b"/package"), err)
