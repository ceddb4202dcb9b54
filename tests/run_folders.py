"""Folders of runs as the engine leaves them, made in moments and with times of one's choice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specc.frontend import check
from specc_targets.local.plan import write_plan
from specc_targets.local.runs.records import seal
from specc_targets.report import write_page

START = 1_800_000_000.0
"""When every run here begins, in seconds since the epoch."""
STEPS = """\
def numbers() -> list[int]:
    return []


def work(number: int) -> int:
    return number


def join(numbers: list[int | None]) -> int:
    return len(numbers)
"""
SPEC = """\
specc = 1
kind = "pipeline"
name = "numbers"
[params.limit]
type = "integer"
default = 3
[steps.numbers]
call = "steps:numbers"
[steps.work]
call = "steps:work"
each.number = "${steps.numbers}"
max_parallel = 8
[steps.join]
call = "steps:join"
with.numbers = "${steps.work}"
[outputs]
count = "${steps.join}"
"""


class Run:
    """A run's folder that is being filled."""

    def __init__(self, folder: Path, spec: str = SPEC) -> None:
        source = folder / "project"
        source.mkdir(parents=True)
        (source / "steps.py").write_text(STEPS)
        (source / "spec.toml").write_text(spec)
        compilation = check(source / "spec.toml")
        assert compilation.module is not None, compilation.diagnostics
        self.path = folder / "20270115-080000-abc123"
        self.path.mkdir()
        self.write("plan.json", write_plan(compilation.module))
        header = {"name": compilation.module.name, "spec": "spec.toml", "started": iso(0), "parameters": {"limit": 5}}
        self.write("run.json", {**header, "root": str(source), "version": "0.1.0"})
        self.lines: list[bytes] = []
        self.records(["run", 1, self.path.name])

    def write(self, name: str, content: Any) -> None:
        (self.path / name).write_text(json.dumps(content))

    def records(self, *records: list[Any]) -> None:
        self.lines += [seal(json.dumps(record, separators=(",", ":")).encode()) for record in records]

    def step(self, address: str, value: Any, at: float, seconds: float, memory: int = 0) -> None:
        self.records(["step", address, value, START + at, seconds, seconds / 2, memory])

    def failed(self, address: str, message: str, at: float, seconds: float, traceback: str = "") -> None:
        names, times = ["ValueError"], [START + at, seconds]
        self.records(["failed", address, names, "ValueError", message, traceback, *times, "", [], [], None, None])

    def items(self, prefix: str, count: int, at: float = 1.0, lanes: int = 8, seconds: float = 0.01) -> None:
        for index in range(count):
            begun = at + index // lanes * seconds
            self.records(["item", prefix, index, index * 2, START + begun, seconds * 0.9, seconds / 3])

    def item(self, prefix: str, index: int, value: Any, at: float, seconds: float) -> None:
        self.records(["item", prefix, index, value, START + at, seconds, seconds / 2])

    def event(self, name: str, at: float, step: str = "", items: tuple[int, ...] = (), **more: Any) -> None:
        self._add("events.jsonl", {"time": iso(at), "event": name, "step": step, "items": list(items), **more})

    def log(self, text: str, at: float, step: str, level: str | None = None, items: tuple[int, ...] = ()) -> None:
        line = {"time": iso(at), "event": "log", "step": step, "items": list(items)}
        self._add("log.jsonl", {**line, "stream": "stdout", "level": level, "text": text})

    def _add(self, name: str, line: dict[str, Any]) -> None:
        with (self.path / name).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(json.dumps(line) + "\n")

    def result(self, status: str, duration: float, **more: Any) -> None:
        self.records(["end", status])
        self.write(
            "result.json", {"status": status, "duration": duration, "ended": iso(duration), "outputs": {}, **more}
        )

    def close(self) -> Path:
        with (self.path / "journal.jsonl").open("ab") as file:
            file.writelines(self.lines)
        self.lines = []
        return self.path

    def data(self, status: str = "succeeded") -> dict[str, Any]:
        """What is in the page."""
        self.close()
        return content_of(write_page(self.path, status))


def iso(at: float) -> str:
    return datetime.fromtimestamp(START + at, UTC).isoformat(timespec="microseconds")


def content_of(page: bytes) -> dict[str, Any]:
    text = page.decode().partition('<script type="application/json" id="data">')[2].partition("</script>")[0]
    found: dict[str, Any] = json.loads(text)
    return found
