"""Requests say how large a value may be to travel itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from specc_runtime.invoke import handle
from specc_runtime.limits import OUTPUTS_LIMIT, REFERENCE, THRESHOLD
from specc_runtime.store import open_store

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask() -> Ask:
    store = open_store("memory://")

    def send(action: str, **fields: Any) -> dict[str, Any]:
        return handle({"specc": 1, "run": {"id": "r"}, "step": "s", "action": action, **fields}, store)

    return send


def test_a_request_lowers_the_threshold(ask: Ask) -> None:
    assert "$value" in ask("evaluate", value="x" * (THRESHOLD - 2))
    assert "$ref" in ask("evaluate", value="x" * (THRESHOLD - 1))
    assert "$value" in ask("evaluate", value="x" * 98, threshold=100)
    assert "$ref" in ask("evaluate", value="x" * 99, threshold=100)


def test_so_it_does_for_lists_of_results(ask: Ask) -> None:
    for index in range(3):
        ask("evaluate", value="x" * 40, address=f"r/m/{index}", store="address")
    fields = {"address": "r/m", "count": 3, "tolerate": None}
    assert "$value" in ask("gather", **fields)
    assert "$ref" in ask("gather", threshold=100, **fields)


def test_so_it_does_for_items(ask: Ask) -> None:
    fields: dict[str, Any] = {"each": {"x": ["a" * 200, "b"]}, "as": "items"}
    assert [list(item["x"]) for item in ask("scatter", **fields)["items"]] == [["$value"], ["$value"]]
    found = ask("scatter", threshold=100, **fields)["items"]
    assert ["$ref" in item["x"] for item in found] == [True, False]
    assert "items" not in ask("scatter", items_limit=100, **fields)


def test_projections_have_a_limit_of_their_own(ask: Ask) -> None:
    value = {"ok": True, "body": "x" * 200, "rest": "y" * 300}
    fields = {"value": value, "project": ["/ok", "/body", "/rest", "/none"], "threshold": 0}
    shown = {f"/{name}": part for name, part in value.items()}
    assert ask("evaluate", **fields)["project"] == shown
    assert "partial" not in ask("evaluate", **fields)
    for limit, left in ((400, {"/ok", "/body"}), (100, {"/ok"}), (0, set[str]())):
        answer = ask("evaluate", project_limit=limit, **fields)
        assert answer["partial"] is True
        assert answer["project"] == {name: shown[name] for name in left}


@pytest.mark.parametrize("sizes", [[7500] * 40, [10] * 300 + [8000] * 100, [20_000], [8000] * 24, [300] * 700, []])
def test_outputs_fit_into_one_answer(ask: Ask, sizes: list[int]) -> None:
    outputs = {f"o{number}": "x" * size for number, size in enumerate(sizes)}
    found = ask("outputs", outputs=outputs)["outputs"]
    values = [item for item in found.values() if "$value" in item]
    total = sum(len(json.dumps(item["$value"])) for item in values) + REFERENCE * (len(found) - len(values))
    assert total <= max(OUTPUTS_LIMIT, REFERENCE * len(sizes))
    assert all(size > THRESHOLD or len(sizes) > 24 or "$value" in found[f"o{n}"] for n, size in enumerate(sizes))
    assert {name: item["$value"] for name, item in found.items() if "$value" in item}.items() <= outputs.items()


def test_small_outputs_stay_values_beside_large_ones(ask: Ask) -> None:
    outputs = {f"o{number}": "x" * (10 if number < 20 else 7500) for number in range(60)}
    found = ask("outputs", outputs=outputs)["outputs"]
    assert ["$value" in item for item in found.values()] == [True] * 20 + [False] * 40


def test_a_reference_is_as_small_as_is_counted_on() -> None:
    longest = f"s3://{'b' * 63}/{'p' * 64}/blobs/{'0' * 64}"
    reference = {"$ref": longest, "codec": "json", "sha256": "0" * 64, "size": 10**9}
    assert len(json.dumps(reference)) <= REFERENCE
