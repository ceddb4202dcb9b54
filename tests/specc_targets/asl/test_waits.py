"""What a Wait state is told to wait for, as an interpreter reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc_targets.emulator.jsonata_engine import evaluate

GOLDEN = Path(__file__).parents[2] / "golden" / "asl" / "wait" / "expected.asl.json"


def _timestamps(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _timestamps(item)]
    if not isinstance(value, dict):
        return []
    own = [value["Timestamp"]] if value.get("Type") == "Wait" and "Timestamp" in value else []
    return own + [text for item in value.values() for text in _timestamps(item)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2030-01-31T09:00Z", "2030-01-31T09:00:00Z"),
        ("2030-01-31T09:00+02:00", "2030-01-31T09:00:00+02:00"),
        ("2030-01-31T09:00:05.25-10:30", "2030-01-31T09:00:05.25-10:30"),
    ],
)
def test_an_instant_has_seconds(given: str, expected: str) -> None:
    """Step Functions takes RFC 3339 alone, and fails a run for anything else, which nothing can catch."""
    (text,) = _timestamps(json.loads(GOLDEN.read_text()))
    body = text.removeprefix("{%").removesuffix("%}").strip()
    assert evaluate(body, {"value_until": {"$value": given}}) == expected
