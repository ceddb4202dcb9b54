from __future__ import annotations

import io
from typing import TYPE_CHECKING

from specc_targets.local.events import (
    Event,
    ItemFinished,
    Retrying,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
)
from specc_targets.local.failures import RunError
from specc_targets.local.progress import LiveProgress, PlainProgress

if TYPE_CHECKING:
    import pytest

ERROR = RunError("ValueError", "bad\nvery", "m", (1,))
EVENTS: list[Event] = [
    StepStarted("m", (), 2),
    ItemFinished("m", (), 0, 1, 2, 0),
    Retrying("m", (1,), 1, 0.5, ERROR),
    StepFailed("m", (1,), ERROR),
    StepRecovered("m", (1,), ERROR),
    ItemFinished("m", (), 1, 2, 2, 1),
    StepFinished("m", (), 1.25),
    StepStarted("g/inner", (0,)),
    StepSkipped("n", (), "k"),
]


def test_plain_lines() -> None:
    stream = io.StringIO()
    with PlainProgress(stream) as progress:
        for event in EVENTS:
            progress(event)
    assert stream.getvalue().splitlines() == [
        "m: started, 2 items",
        "m[1]: ValueError: bad; retry 1 in 0.5s",
        "m[1]: failed: ValueError: bad",
        "m[1]: ValueError: bad; handled by `on_error`",
        "m: done in 1.25s",
        "n: skipped, it uses `k`, which was skipped",
    ]


def test_live_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    stream = io.StringIO()
    with LiveProgress(stream) as progress:
        for event in EVENTS:
            progress(event)
    text = stream.getvalue()
    assert "m[1]: failed: ValueError: bad" in text
    assert "2/2" in text
