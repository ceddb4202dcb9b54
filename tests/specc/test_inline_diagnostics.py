"""Specs that say in comments what is wrong with them: `# error: [SPC201]` on the line that the diagnostic points at."""

import re
from pathlib import Path

import pytest

from specc.diagnostics import Span
from specc.frontend import check

CASES = sorted((Path(__file__).parents[1] / "golden" / "diagnostics").glob("*/spec.toml"))
REMARK = re.compile(r"# (error|warning|hint): (.*)")


def expected(text: str) -> set[tuple[int, str, str]]:
    return {
        (number, remark[1], code)
        for number, line in enumerate(text.splitlines(), 1)
        if (remark := REMARK.search(line)) is not None
        for code in re.findall(r"\[(SPC\d{3})\]", remark[2])
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_diagnostics_stand_where_the_comments_say(path: Path) -> None:
    found: set[tuple[int, str, str]] = set()
    for item in check(path).diagnostics:
        at = item.labels[0].at
        assert isinstance(at, Span)
        found.add((at.start.line, item.severity.value, item.code))
    assert found == expected(path.read_text(encoding="utf-8"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 8
    assert all(expected(path.read_text(encoding="utf-8")) for path in CASES if path.parent.name != "valid")
