"""From a keystroke to its diagnostics: milliseconds in a session of `specc lsp`, spoken to as an editor speaks to it.

Somebody types a text, an expression, a step, and a quotation mark too many, letter by letter; each letter is a version
of the whole document, as the server asks for it, and is waited for until its diagnostics are there. CPU milliseconds of
the server are told, too: they say the same on a machine that is not idle.
"""

from __future__ import annotations

import argparse
import math
import os
import runpy
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

BENCH = Path(__file__).parent
sys.path.insert(0, str(BENCH.parent / "tests"))
from language_client import SPECC, LanguageClient  # noqa: E402  # found by the line above

GOALS: Mapping[int, float] = {300: 100.0, 1_000: 250.0}
"""Milliseconds in which 95 of 100 keystrokes have their diagnostics, by steps."""
_BEGIN, _END = "<!-- how fast -->", "<!-- /how fast -->"
FIRST_GOAL = 1.0
"""Seconds from starting the server to its first completion."""
STEPS = {
    "toml": '[steps.new]\ncall = "functions:one"\nwith.x = 1\n',
    "yaml": "  new:\n    call: functions:one\n    with:\n      x: 1\n",
}
OUTPUTS = {"toml": "[outputs]\n", "yaml": "outputs:\n"}


@dataclass(frozen=True)
class Result:
    """One session."""

    milliseconds: tuple[float, ...]
    """Of each keystroke, until its diagnostics were there."""
    cpu: float
    """Milliseconds that the server computed, for a keystroke."""
    first: float
    """Seconds from starting the server to its first completion."""
    megabytes: float | None
    """Of memory that the server held in the end, where the system tells it."""

    def share(self, part: float) -> float:
        """The milliseconds that `part` of the keystrokes did not exceed."""
        return sorted(self.milliseconds)[math.ceil(part * len(self.milliseconds)) - 1]


def written(steps: int, format: str) -> str:
    """The spec of so many steps."""
    text: str = runpy.run_path(str(BENCH / "compile.py"))["spec"](steps)
    return text if format == "toml" else str(yaml.safe_dump(tomllib.loads(text), sort_keys=False))


def keystrokes(text: str, format: str) -> Iterator[str]:
    """The spec after each keystroke of the session."""
    middle = text.index("left_", text.index("fan_", len(text) // 2))
    line = text.index("\n", text.index("numbers", middle))
    quote = '"' if format == "toml" else ""
    end = line - len(quote)
    start = text.index("${", text.index("numbers", middle))
    expression = text[start:end]
    for number in range(1, len(expression) + 1):  # the expression, from its first letter on
        yield text[:start] + expression[:number] + text[end:]
    for number in range(1, 21):  # a text
        yield text.replace("bench", "bench" + "-of-an-evening-run-x"[:number], 1)
    for _ in range(4):  # what ends no text, and what mends it
        yield text[:start] + '"' + text[start:]
        yield text
    before, outputs, after = text.rpartition(OUTPUTS[format])
    for number in range(1, len(STEPS[format]) + 1):  # a step, at the end
        yield before + STEPS[format][:number] + "\n" + outputs + after
    yield text


def session(steps: int, format: str, folder: Path) -> Result:
    """Open a spec, complete something, and type."""
    text = written(steps, format)
    spec = folder / f"spec.{format}"
    spec.write_text(text)
    (folder / "functions.py").write_text(runpy.run_path(str(BENCH / "compile.py"))["FUNCTIONS"])
    begin = time.perf_counter()
    with LanguageClient(SPECC, folder=folder) as client:
        uri = client.open(spec)
        found = client.completion(uri, {"line": text[: text.index("${params.") + 9].count("\n"), "character": 0})
        first = time.perf_counter() - begin
        assert found is not None
        client.publication(uri)
        before = _cpu(client.process.pid)
        times = []
        for version in keystrokes(text, format):
            client.change(uri, version)
            times.append((client.publication(uri).time - client.documents[uri].sent) * 1000)
        spent = _cpu(client.process.pid) - before
        assert not client.diagnostics(uri)
        return Result(tuple(times), spent * 1000 / len(times), first, _megabytes(client.process.pid))


def _cpu(process: int) -> float:
    """Seconds that a process has computed; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(process: int) -> float | None:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def table(found: Mapping[tuple[int, str], Result]) -> str:
    """The results in Markdown, goals beside them."""
    lines = [
        "| steps | format | keystrokes | median | p95 | goal (p95) | CPU | first completion | memory |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (steps, format), result in found.items():
        goal = f"{GOALS[steps]:.0f} ms" if steps in GOALS else ""
        memory = f"{result.megabytes:.0f} MB" if result.megabytes is not None else ""
        lines.append(
            f"| {steps:,} | {format.upper()} | {len(result.milliseconds)} "
            f"| {statistics.median(result.milliseconds):.0f} ms | {result.share(0.95):.0f} ms | {goal} "
            f"| {result.cpu:.0f} ms | {result.first:.2f} s | {memory} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Print the table; with `--check`, fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[50, 300, 1_000])
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal is missed")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="put the table into this document")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    found: dict[tuple[int, str], Result] = {}
    for steps in arguments.sizes:
        for format in STEPS:
            with tempfile.TemporaryDirectory() as name:
                found[steps, format] = session(steps, format, Path(name).resolve())
    print("from a keystroke to its diagnostics, in a session of `specc lsp`; CPU of the server for a keystroke")
    print(table(found))
    if arguments.docs is not None:
        from table import machine

        before, _, rest = arguments.docs.read_text(encoding="utf-8").partition(_BEGIN)
        after = rest.partition(_END)[2]
        arguments.docs.write_text(f"{before}{_BEGIN}\n{table(found)}\n\n{machine()}.\n{_END}{after}", encoding="utf-8")
    print(f"from starting the server to its first completion: goal <= {FIRST_GOAL:g} s")
    missed = [
        steps
        for (steps, _), result in found.items()
        if result.share(0.95) > GOALS.get(steps, math.inf) or result.first > FIRST_GOAL
    ]
    return 1 if arguments.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
