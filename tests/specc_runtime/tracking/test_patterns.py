"""Metrics in what programs print."""

from __future__ import annotations

import pytest

from specc_runtime import capture
from specc_runtime.tracking import patterns
from specc_runtime.tracking.printed import LONGEST_LINE, fault_of
from specc_runtime.tracking.records import parse


def found(metrics: dict[str, str], *printed: str) -> list[tuple[int | None, dict[str, float]]]:
    got: list[tuple[int | None, dict[str, float]]] = []

    def take(_place: object, line: str) -> None:
        metric = parse(line)
        assert metric is not None
        got.append((metric.step, dict(metric.values)))

    with capture.metered(take):
        look = patterns(metrics)
        for line in printed:
            look(line)
    return got


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        (r"loss[=: ]+([0-9.e+-]+)", "epoch 3, loss: 1.5e-3, ok", [(None, {"m": 0.0015})]),
        (r"loss=(\S+)", "loss=7", [(None, {"m": 7})]),
        (r"loss=(\S+)", "loss=0.5,", [(None, {"m": 0.5})]),
        (r"loss=(\S+)", "loss=inf", [(None, {"m": float("inf")})]),
        (r"loss=(\S+)", "loss=none", []),
        (r"loss=(\S+)?", "loss=", []),
        (r"\d+(?= left)", "12 left", [(None, {"m": 12})]),
        (r"(?P<step>\d+): (?P<value>\S+)", "4: 0.5", [(4, {"m": 0.5})]),
        (r"(\S+) at (?P<step>\d+)", "0.5 at 9", [(9, {"m": 0.5})]),
        (r"(\S+) at (?P<step>\S+)", "0.5 at nan", [(None, {"m": 0.5})]),
        (r"loss=(\S+)", "", []),
        (r"x=(\d+)", "." * LONGEST_LINE + "x=1", []),
        (r"x=(\d+)", "." * (LONGEST_LINE - 3) + "x=1", [(None, {"m": 1})]),
    ],
)
def test_numbers_in_lines(pattern: str, line: str, expected: object) -> None:
    assert found({"m": pattern}, line) == expected


def test_metrics_of_one_step_come_together() -> None:
    metrics = {"loss": r"(?P<step>\d+) loss=(\S+)", "accuracy": r"(?P<step>\d+).* accuracy=(\S+)", "lr": r"lr=(\S+)"}
    assert found(metrics, "3 loss=0.5 accuracy=0.9 lr=0.1") == [
        (3, {"loss": 0.5, "accuracy": 0.9}),
        (None, {"lr": 0.1}),
    ]


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("loss=(", "it is no regular expression: missing )"),
        ("*", "it is no regular expression: nothing to repeat"),
        (r"(?P<step>\d+)", "its only group is `step`"),
        (r"loss=([0-9]+)", None),
        (r"\d+", None),
    ],
)
def test_faulty_patterns_are_known_before_anything_runs(pattern: str, fault: str | None) -> None:
    told = fault_of(pattern)
    assert told is None if fault is None else told is not None and fault in told
