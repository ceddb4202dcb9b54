"""Runs a configuration file in a process of its own; only data comes back."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from specc.importing.values import Configuration, ImportProblem, Loaded, Reference, Unwritable, Where
from specc.importing.writable import module_name

LARGEST = 16 << 20
"""Bytes that a file may answer with."""
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the process sees of the environment: nothing that may be secret gets into a spec."""


def evaluate(path: Path, root: Path, limit: int, seconds: float) -> Loaded:
    """What a file gives when it runs. Raises ImportProblem, with `SPC606` when the run itself failed."""
    answer = _answer(path, limit, seconds)
    where = Where(str(path), answer.get("line") or 1)
    if answer.get("error") == "limit":
        raise ImportProblem(
            "SPC604", f"`{path}` gives more than {limit} configurations, or never ends", where,
            help="`--limit` sets how many are read",
        )  # fmt: skip
    if answer.get("error") == "wrong":
        raise ImportProblem("SPC605", answer["message"], where)
    if answer.get("error") == "missing":
        raise ImportProblem("SPC607", f"`{path}` needs a module: {answer['message']}", where)
    if "error" in answer:
        raise ImportProblem("SPC606", f"`{path}` ends with {answer['message']}", where)
    found = Loaded(path, several=answer["several"])
    for one in answer["configurations"]:
        parts = {name: _value(part, where, root) for name, part in one.items()}
        found.configurations.append(Configuration(**parts, where=where))
    return found


def _answer(path: Path, limit: int, seconds: float) -> dict[str, Any]:
    reading, writing = os.pipe()
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    child = Path(__file__).with_name("child.py")
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(child), str(path), str(writing), str(limit)],
            stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, pass_fds=(writing,), env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(writing)
        try:
            data = _read(reading, path, time.monotonic() + seconds, seconds)
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if not data:
            raise ImportProblem("SPC606", f"`{path}` ended its process, so it gave nothing", Where(str(path), 1))
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError:
        raise ImportProblem(
            "SPC606", f"`{path}` ended its process before it had given all", Where(str(path), 1)
        ) from None
    return answer


def _read(descriptor: int, path: Path, end: float, seconds: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise ImportProblem(
                "SPC606", f"`{path}` took longer than {seconds:g} s", Where(str(path), 1),
                help="`--time-limit` sets how long it may take",
            )  # fmt: skip
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > LARGEST:
            raise ImportProblem("SPC604", f"`{path}` gives more than {LARGEST >> 20} MiB", Where(str(path), 1))
        parts.append(part)


def _value(value: Any, where: Where, root: Path) -> Any:
    if isinstance(value, list):
        return [_value(item, where, root) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("!")
    if kind == "ref":
        module = module_name(Path(value["file"]), root) if value.get("file") else value["module"]
        if module is None:
            return Unwritable("an object of a file that cannot be imported", where)
        return Reference(f"{module}:{value['name']}")
    if kind == "other":
        return Unwritable(value["what"], where)
    pairs = value["pairs"] if kind == "table" else value
    return {name: _value(item, where, root) for name, item in pairs.items()}
