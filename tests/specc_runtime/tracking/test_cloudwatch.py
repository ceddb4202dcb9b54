"""Metrics of deployed steps are lines that CloudWatch reads."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from specc_runtime import log_metrics
from specc_runtime.invoke import handle
from specc_runtime.store.memory import MemoryStore
from specc_runtime.tracking import cloudwatch, emitting


@pytest.fixture(autouse=True)
def installed() -> Iterator[None]:
    cloudwatch.install()
    yield
    emitting._logs.clear()


def train(lr: float) -> float:
    log_metrics({"loss": lr, "step": 7, "nan": math.nan}, step=3)
    return lr


def test_a_call_logs_metrics_of_its_step(capsys: pytest.CaptureFixture[str]) -> None:
    request = {
        "specc": 1, "action": "call", "call": f"{__name__}:train", "step": "fit", "with": {"lr": 0.5},
        "run": {"id": "r1", "name": "sweep"}, "address": "r1/fit/4",
    }  # fmt: skip
    handle(request, MemoryStore())
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    aws: dict[str, Any] = line.pop("_aws")
    assert line == {
        "pipeline": "sweep", "run": "r1", "step": "fit", "items": [4], "at": 3, "loss": 0.5, "metric.step": 7, "nan": "NaN",
    }  # fmt: skip
    assert aws["CloudWatchMetrics"] == [
        {
            "Namespace": "specc",
            "Dimensions": [["pipeline", "step"]],
            "Metrics": [{"Name": "loss"}, {"Name": "metric.step"}],
        }
    ]
    assert isinstance(aws["Timestamp"], int)


def test_a_line_has_a_hundred_metrics_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    log_metrics({f"m{number}": number for number in range(250)})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(line["_aws"]["CloudWatchMetrics"][0]["Metrics"]) for line in lines] == [100, 100, 50]


def test_what_is_no_number_is_no_metric_of_cloudwatch(capsys: pytest.CaptureFixture[str]) -> None:
    log_metrics(loss=math.inf)
    line = json.loads(capsys.readouterr().out)
    assert (line["loss"], line["_aws"]["CloudWatchMetrics"]) == ("Infinity", [])
