"""Run the fenced blocks of a page: write its files, run its commands, compare or put in what they print.

A block whose info string has a second word (```` ```toml birds.toml ````) is a file of that name. In a `console` block
lines after `$ ` are commands, and the others are what they print on standard output, or with `2>&1` at their end on
both; `...` alone on a line stands for any lines.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, and what the page says that it prints. `start` and `end` bound that text in the page."""

    line: str
    expected: str
    start: int
    end: int


def blocks(page: str) -> Iterator[tuple[str, str, int]]:
    """Info string, body and the body's offset of every fenced block."""
    for match in _BLOCK.finditer(page):
        yield match["info"].strip(), match["body"], match.start("body")


def steps(page: str) -> Iterator[tuple[str, str] | Command]:
    """Files (name and text) and commands, in their order."""
    for info, body, offset in blocks(page):
        language, _, name = info.partition(" ")
        if name:
            yield name, body
        elif language == "console":
            yield from _commands(body, offset)


def _commands(body: str, offset: int) -> Iterator[Command]:
    starts = [match.start() for match in re.finditer(r"^\$ ", body, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        first = body.index("\n", start) + 1
        yield Command(body[start + 2 : first - 1], body[first:end], offset + first, offset + end)


def run(command: Command, folder: Path) -> str:
    """What a command prints. `specc` is the one of this interpreter, of somebody with neither account nor settings."""
    words = shlex.split(command.line, comments=True)
    if words[0] == "specc":
        words[:1] = [sys.executable, "-m", "specc.cli"]
    both = words[-1] == "2>&1"
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            words[:-1] if both else words,
            cwd=folder,
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if both else subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=120,
            check=False,
        )
    if done.returncode not in ({0, 1, 2, 3} if both else {0, 1, 2}):
        raise RuntimeError(f"{command.line}: exit code {done.returncode}\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + ("\n" if done.stdout else "")


def _environment(home: str) -> dict[str, str]:
    """Nothing of whose machine it is may show: neither settings and credentials, nor whether there is a Pulumi CLI."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "PULUMI_", "SPECC_"))}
    folders = [item for item in kept.get("PATH", os.defpath).split(os.pathsep) if not Path(item, "pulumi").exists()]
    shown = {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    return {**kept, "PATH": os.pathsep.join(folders), "HOME": home, "XDG_CONFIG_HOME": home, **shown}


def matches(printed: str, expected: str) -> bool:
    """Whether the output is what the page says; `...` alone on a line stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + r"\n" for line in expected.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


def faults(page: Path, folder: Path) -> list[str]:
    """Commands whose output is not what the page says, with what they printed."""
    found = []
    for item in steps(page.read_text(encoding="utf-8")):
        if isinstance(item, Command):
            printed = run(item, folder)
            if not matches(printed, item.expected):
                found.append(f"$ {item.line}\n{printed}")
        else:
            _write(folder, *item)
    return found


def rewritten(text: str, folder: Path) -> str:
    """The page with the output of every command put in, but where it has `...`."""
    edits: list[tuple[int, int, str]] = []
    for item in steps(text):
        if isinstance(item, Command):
            printed = run(item, folder)
            if not matches(printed, item.expected) and "..." not in item.expected.split("\n"):
                edits.append((item.start, item.end, printed))
        else:
            _write(folder, *item)
    for start, end, printed in reversed(edits):
        text = text[:start] + printed + text[end:]
    return text


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Rewrite pages: `python docs/snippets.py docs/tutorial.md README.md`. The README's commands run in the project."""
    for name in arguments:
        page = Path(name)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path.cwd() if page.name == "README.md" else Path(scratch)
            page.write_text(rewritten(page.read_text(encoding="utf-8"), folder), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
