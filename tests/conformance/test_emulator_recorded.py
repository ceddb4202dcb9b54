"""The interpreter agrees with executions recorded on AWS."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from specc_targets.emulator.client import Emulator
from specc_targets.emulator.execution import execute

_SAMPLE = Path(__file__).parent / "recorded" / "sample.jsonl"


@pytest.mark.slow
def test_agrees_with_what_aws_did(emulator: Emulator) -> None:
    records = [json.loads(line) for line in _SAMPLE.read_text().splitlines()]
    assert len(records) >= 60

    def judge(record: dict[str, Any]) -> str | None:
        ended = execute(emulator, f"recorded-{record['id']}", record["definition"], json.loads(record["input"]))
        got = {"output": ended.output} if ended.status == "SUCCEEDED" else {"error": ended.error}
        return None if got == record["expected"] else f"{record['test']}: {got} instead of {record['expected']}"

    with ThreadPoolExecutor(4) as threads:
        differences = [fault for fault in threads.map(judge, records) if fault]
    assert not differences, "\n".join(differences)
