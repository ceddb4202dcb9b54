"""What docs/aws.md shows of limits and cost is what is printed, numbers aside: those change with what is emitted."""

import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "aws.md"


def test_limits_and_cost(snippets: ModuleType) -> None:
    wanted = [
        item
        for item in snippets.steps(PAGE.read_text(encoding="utf-8"))
        if isinstance(item, snippets.Command) and re.match(r"specc cost|specc compile .*--explain-limits", item.line)
    ]
    assert len(wanted) == 2
    for command in wanted:
        assert _shape(snippets.run(command, ROOT)) == _shape(command.expected), f"$ {command.line}"


def test_permissions(snippets: ModuleType) -> None:
    (command,) = [
        item
        for item in snippets.steps(PAGE.read_text(encoding="utf-8"))
        if isinstance(item, snippets.Command) and item.line.startswith("specc policy")
    ]
    assert snippets.run(command, ROOT) == command.expected


def _shape(text: str) -> list[list[str]]:
    return [re.sub(r"<?[\d,.]+%?", "#", line).split() for line in text.splitlines()]


@pytest.mark.parametrize("text", ["a  12,345.6 5%\n", "a 1 <1%\n"])
def test_shapes_have_no_numbers(text: str) -> None:
    assert _shape(text) == [["a", "#", "#"]]
