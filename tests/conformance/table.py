"""The table at the end of a run: what each spec of the corpus did on both engines. Loaded by `tests/conftest.py`.

It is made of properties that tests record, so that it is whole when several processes ran them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

PROPERTY = "conformance"
"""The property that each run records: JSON with `spec`, `run`, `states`, `executed` and `differences`."""


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print one line a spec when asked to (`-v`), the specs that differ always, and the totals."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    found = [json.loads(value) for report in reports for name, value in report.user_properties if name == PROPERTY]
    if not found:
        return
    specs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in found:
        specs[record["spec"]].append(record)
    terminalreporter.section("conformance")
    width = max(map(len, specs))
    for name in sorted(specs):
        records = specs[name]
        faults = sum(len(record["differences"]) for record in records)
        if faults or config.get_verbosity() > 0:
            counts = f"{len(records):3} runs  {records[0]['states']:4} states"
            terminalreporter.line(f"{name:{width}}  {counts}  {f'{faults} differences' if faults else 'same'}")
    differences = sum(len(record["differences"]) for record in found)
    executed = sum(record["executed"] for record in found)
    summary = f"conformance: {len(specs)} specs, {differences} differences, {executed} executed on the interpreter"
    terminalreporter.line(summary, red=bool(differences), green=not differences)
