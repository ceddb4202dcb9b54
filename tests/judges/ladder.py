"""The lines at the end of a run: what has judged emitted Pulumi programs, rung by rung. Loaded by `tests/conftest.py`.

They are made of properties that tests record, so that they are whole when several processes ran them. A test records
`("pulumi-ladder", json)` with the `rung` and numbers, which are added up. What failed adds nothing.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

PROPERTY = "pulumi-ladder"
"""The property that a test records."""
RUNGS = {
    "golden": "golden {projects} projects",
    "typed": "typed {programs} programs, {caught} of {bad} bad ones caught",
    "laid out": "laid out {programs} programs",
    "run": "run {programs} programs, {resources} resources",
    "previewed": "previewed {programs} programs, {resources} resources",
    "values": "property values {good} of {resources}, {caught} of {bad} bad ones caught",
    "parity": "same as CloudFormation {same}, {meant} deliberate differences",
    "policies": "policies {policies}, {violations} violations, {caught} of {bad} bad ones caught",
    "applied": "applied to moto {resources}",
}
"""Rung -> its line, in the order in which they are climbed."""


def rung(record: Callable[[str, object], None], name: str, **numbers: int) -> None:
    """Record what a test has proved. `record` is pytest's `record_property`."""
    assert name in RUNGS, name
    record(PROPERTY, json.dumps({"rung": name, **numbers}))


def lines(found: list[Mapping[str, Any]]) -> list[str]:
    """The ladder, without rungs that nothing stood on."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for item in found:
        for key, number in item.items():
            if key != "rung":
                sums[item["rung"]][key] += number
    return [text.format_map(sums[name]) for name, text in RUNGS.items() if name in sums]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the ladder, if a test has stood on it."""
    reports = [report for report in terminalreporter.stats.get("passed", []) if report.when == "call"]
    found = [json.loads(value) for report in reports for name, value in report.user_properties if name == PROPERTY]
    if not found:
        return
    real = "on PATH" if shutil.which("pulumi") else "not on PATH"
    terminalreporter.section("pulumi")
    terminalreporter.line(f"pulumi ladder: {' · '.join([*lines(found), f'real pulumi: {real}'])}", green=True)
