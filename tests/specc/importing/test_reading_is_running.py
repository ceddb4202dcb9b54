"""What reading a file gives is what running it gives: programs made at random are read and run."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.importing.config_files import Files
from specc.importing.values import ImportProblem

NAMES = ("a", "b", "c", "d")
HEAD = (
    "def f(x, y=2):\n    return [x, y] if x else y\n\n\ndef g(x):\n    for item in x:\n        yield item\n    yield 9\n\n\n"
    "class K:\n    v = 4\n\n\na = 1\nb = [3, 4]\nc = 'txt'\nd = {'k': 5}\n"
)
ATOMS = (
    "1",
    "2",
    "-3",
    "0.5",
    "1e-5",
    "True",
    "None",
    "'x'",
    "'a b'",
    "[]",
    "{}",
    "[1, 2]",
    "(1, 2)",
    "{'k': 1}",
    "10",
)
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "|", "<", "==", "in", "is", "and", "or", "not in")
FUNCTIONS = ("len", "sum", "sorted", "list", "str", "int", "float", "max", "abs", "tuple", "bool", "repr", "any", "f")
METHODS = ("upper()", "keys()", "copy()", "get(1)", "items()", "split()", "strip()", "count(1)")


class Program:
    """Makes programs, of which many raise and some give something."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, depth: int = 0) -> str:
        pick = self.random.choice
        if depth > 2 or self.random.random() < 0.35:
            return pick((*ATOMS, *NAMES, *NAMES))
        one, two, three = (self.expression(depth + 1) for _ in range(3))
        return pick(
            (
                f"({one} {pick(OPERATORS)} {two})",
                f"({one} if {two} else {three})",
                f"[{one}, *{two}]",
                f"{{'p': {one}, **{two}}}",
                f"{one}[{two}]",
                f"{one}[1:]",
                f"f'{{{pick(NAMES)}}}-{{{pick(NAMES)}!r:>5}}'",
                f"[{pick(NAMES)} for a in {one} if {two}]",
                f"{{str(a): {one} for a in {two}}}",
                f"{pick(FUNCTIONS)}({one})",
                f"list(g({one}))",
                f"{one}.{pick(METHODS)}",
                f"(not {one})",
                f"dict(enumerate({one}))",
                f"(lambda q: q)({one})",
                "K.v",
            )
        )

    def statements(self, indent: str = "") -> str:
        lines = []
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.random()
            name = self.random.choice(NAMES)
            if kind < 0.6:
                lines.append(f"{indent}{name} = {self.expression()}\n")
            elif kind < 0.7:
                lines.append(f"{indent}{name} += {self.expression()}\n")
            elif len(indent) < 4:
                head = f"if {self.expression()}" if kind < 0.85 else f"for {name} in {self.expression()}"
                lines.append(f"{indent}{head}:\n{self.statements(indent + '  ')}")
        return "".join(lines) or f"{indent}pass\n"


def shape(value: Any) -> Any:
    """A value with its types and its order; what is no data is left open."""
    if isinstance(value, dict):
        return "dict", [(repr(key), shape(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value).__name__, [shape(item) for item in value]
    return (type(value).__name__, repr(value)) if isinstance(value, str | int | float | None) else ...


def same(one: Any, other: Any) -> bool:
    if one is ... or other is ...:
        return True
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("seed", range(4))
def test_reading_is_running(seed: int, tmp_path: Path) -> None:
    make: Callable[[], str] = Program(seed).statements
    path = tmp_path / "config.py"
    compared = 0
    for _ in range(250):
        text = HEAD + make()
        names: dict[str, Any] = {"__name__": "config"}
        try:
            exec(compile(text, "config.py", "exec", dont_inherit=True), names)  # made here, of harmless parts
        except Exception:
            continue
        path.write_text(text)
        try:
            [found] = Files(100).load(path).configurations
        except ImportProblem:
            continue
        for name in NAMES:
            assert same(shape(names[name]), shape(found.globals[name])), f"{name} of\n{text}"
        compared += 1
    assert compared > 20
