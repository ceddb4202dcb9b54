"""The table of cases, and the engines that run it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from judges.node import program
from specc.expressions.jsonata import Untranslatable, path, to_jsonata
from specc_runtime.expressions import SKIPPED, ExpressionError, Reference, Skipped, evaluate, parse_expression

HERE = Path(__file__).parent
JUDGES = HERE.parent / "judges"
ERROR = ("error",)
"""What an engine gives for an expression that has no value; a value is `("value", it)`."""


class Case(NamedTuple):
    category: str
    text: str
    expected: tuple[Any, ...]
    only: str

    def __str__(self) -> str:
        return self.text


def cases() -> Iterator[Case]:
    category = ""
    for line in HERE.joinpath("cases.table").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            category = line[3:]
        elif line and not line.startswith("# ") and line != "#":
            text, _, rest = line.rpartition(" -> ")
            result, _, only = rest.partition(" | ")
            expected = ERROR if result in ("error", "skipped") else ("value", json.loads(result))
            yield Case(category, text, expected, only)


def scope() -> dict[str, Any]:
    return json.loads(HERE.joinpath("scope.json").read_text(encoding="utf-8"))


def in_python(text: str, names: dict[str, Any]) -> tuple[Any, ...]:
    steps = {**names.get("steps", {}), "gone": SKIPPED}
    try:
        return "value", evaluate(parse_expression(text), {**names, "steps": steps})
    except (ExpressionError, Skipped):
        return ERROR


def resolve(reference: Reference) -> str:
    return path(f"$name_{reference.root}", reference.path)


def translate(text: str) -> str | None:
    try:
        return to_jsonata(parse_expression(text), resolve)
    except Untranslatable:
        return None


def _with_nulls(value: Any) -> Any:
    """In jsonata-python None is what is undefined in JSONata."""
    from jsonata.utils import Utils

    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    return [_with_nulls(item) for item in value] if isinstance(value, list) else value


def in_jsonata_python(text: str, names: dict[str, Any]) -> tuple[Any, ...]:
    from jsonata.jsonata import Jsonata
    from jsonata.utils import Utils

    expression = Jsonata(text)
    expression.set_output_convert_nulls(False)
    try:
        found = expression.evaluate(None, {f"name_{name}": _with_nulls(value) for name, value in names.items()})
    except Exception:  # JException, ZeroDivisionError and others: all fail the state
        return ERROR
    return ERROR if found is None else ("value", Utils.convert_nulls(found))


def node() -> str | None:
    """The path of node, when it and jsonata are there."""
    found = program()
    return found if found and JUDGES.joinpath("node_modules", "jsonata").is_dir() else None


def in_node(texts: Sequence[str], names: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """All of `texts` in one process, each with its names."""
    command = node()
    assert command is not None
    given = [
        [text, {f"name_{key}": value for key, value in scope.items()}] for text, scope in zip(texts, names, strict=True)
    ]
    done = subprocess.run(
        [command, str(HERE / "evaluate.cjs"), str(JUDGES / "node_modules" / "jsonata")],
        input=json.dumps(given), capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return [("value", found["value"]) if "value" in found else ERROR for found in json.loads(done.stdout)]


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
