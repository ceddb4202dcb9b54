"""docs/pulumi.md: its files are written, its commands run, its output compared; and what it says of failures is all of it."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from specc_targets.pulumi.driving.failures import TABLE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "pulumi.md"


@pytest.mark.slow
def test_page(snippets: ModuleType, tmp_path: Path) -> None:
    assert snippets.faults(PAGE, tmp_path) == []


ROWS = {
    "the stack is locked": {"locked"},
    "operations are pending": {"pending"},
    "credentials have expired, or are missing": {"expired", "no-credentials"},
    "credentials may not do something": {"denied"},
    "a role is too new to be assumed": {"role-not-assumable"},
    "a bucket has objects": {"bucket-not-empty"},
    "a name is taken": {"exists"},
    "a quota, throttling, something changes it just now": {"quota", "throttled", "busy"},
    "it is protected": {"protected"},
    "a plan is violated": {"violates-plan"},
    "the passphrase is wrong or missing": {"wrong-passphrase", "no-passphrase"},
    "no plugin, no network, no way to the state": {"no-plugin", "no-network", "not-logged-in", "no-backend"},
    "the program fails": {"program"},
}
"""What the page calls failures of the table."""
NOT_ON_THE_PAGE = {"no-stack", "canceled"}
"""These are no failures of a deployment."""


def test_the_table_of_failures_is_whole() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## When it fails")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!what is said|---)(.+?) \|.*\| (\d) \|$", section, re.MULTILINE)
    codes = {item.name: item.code for item in TABLE}
    assert {name for name, _ in rows} == set(ROWS)
    assert set().union(*ROWS.values()) == set(codes) - NOT_ON_THE_PAGE
    assert {name: {codes[item] for item in ROWS[name]} for name, _ in rows} == {
        name: {int(code)} for name, code in rows
    }
