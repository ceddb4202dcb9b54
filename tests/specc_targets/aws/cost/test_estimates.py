"""What a run costs: sums checked by hand, and what must hold of every spec."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conformance.harness.case import CORPUS
from specc.frontend import check
from specc.targets import TargetError
from specc_targets.aws.cost import driver
from specc_targets.aws.cost.prices import FILE, price_list

ROOT = Path(__file__).parents[4]
HEAD = 'specc = 1\nkind = "pipeline"\nname = "priced"\n'
FUNCTIONS = """
def rows() -> list[int]:
    return [1]

def one(x: int = 1) -> int:
    return x

def many(x: list[int]) -> list[int]:
    return x
"""
CHAIN = """
[compute.large]
memory = "1GiB"
timeout = "10s"
[steps.a]
call = "work:one"
compute = "large"
[steps.b]
call = "work:one"
with.x = "${steps.a}"
compute = "large"
"""
MAP = """
[params.names]
type = "array"
default = ["x", "y"]
[compute.default]
memory = "512MiB"
timeout = "10s"
[steps.rows]
call = "work:rows"
[steps.each]
call = "work:one"
each.x = "${steps.rows}"
%s
[steps.named]
call = "work:one"
each.x = "${params.names}"
max_parallel = 5
"""


@pytest.fixture
def cost(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    (tmp_path / "work.py").write_text(FUNCTIONS)

    def run(body: str, *, every: int | None = None, stack: str = "", **more: Any) -> dict[str, Any]:
        compilation = check(tmp_path / "priced.toml", text=(HEAD + body).encode(), stack=stack or None)
        assert not compilation.failed, compilation.diagnostics
        options = {"of": {}, "parameters": {}, "seconds": None, "seconds_of": {}, "region": None, **more}
        found: dict[str, Any] = driver().cost(compilation.context, compilation.module, every=every, **options).data  # type: ignore[arg-type]  # it is sound
        return found

    return run


def line(found: dict[str, Any], what: str) -> tuple[Decimal, Decimal]:
    (only,) = (item for item in found["lines"] if item["what"] == what)
    return Decimal(only["typical"]), Decimal(only["most"])


def test_a_chain_by_hand(cost: Callable[..., dict[str, Any]]) -> None:
    """Start, parameters checked, two calls, the end; and the start of the execution."""
    found = cost(CHAIN, seconds=Decimal("0.5"))
    transitions, most = line(found, "Step Functions, state transitions")
    assert transitions == most
    assert line(found, "Lambda, requests") == (2, 2)
    assert line(found, "Lambda, time") == (Decimal(1), Decimal(20))  # 2 calls of 0.5 s or 10 s in 1 GiB
    price = price_list()["us-east-1"]
    by_hand = transitions * price.transition + 2 * price.lambda_request + price.lambda_gb_second["arm64"]
    assert Decimal(found["typical_usd"]) == by_hand
    assert {item["step"] for item in found["steps"][:2]} == {"a", "b"}


def test_processors_of_another_kind_cost_more(cost: Callable[..., dict[str, Any]]) -> None:
    other = cost('[package]\narch = "x86_64"\n' + CHAIN)
    assert Decimal(other["typical_usd"]) > Decimal(cost(CHAIN)["typical_usd"])


def test_retries_are_in_the_most_alone(cost: Callable[..., dict[str, Any]]) -> None:
    found = cost(CHAIN + "retry = 3\n")
    assert line(found, "Lambda, requests") == (2, 5)
    typical, most = line(found, "Step Functions, state transitions")
    assert most - typical == 3


def test_an_inline_map_by_hand(cost: Callable[..., dict[str, Any]]) -> None:
    body = MAP % "max_parallel = 5"
    few, more = cost(body, of={"each": 10}), cost(body, of={"each": 11})
    assert few["items"]["each"] == {"items": 10, "iterations": 10, "source": "given"}
    assert few["items"]["named"] == {"items": 2, "iterations": 2, "source": "parameters"}
    assert line(more, "Lambda, requests")[0] - line(few, "Lambda, requests")[0] == 1
    difference = line(more, "Step Functions, state transitions")[0] - line(few, "Step Functions, state transitions")[0]
    assert difference == 2  # the state that begins an iteration, and its call
    assert line(more, "S3, PUT and LIST")[0] - line(few, "S3, PUT and LIST")[0] == 1
    assert line(more, "S3, GET")[0] - line(few, "S3, GET")[0] == 1


def test_children_of_a_distributed_map_are_express_where_they_are_short(cost: Callable[..., dict[str, Any]]) -> None:
    found = cost(MAP % 'timeout = "2s"', of={"each": 1000})
    assert line(found, "Step Functions, Express executions") == (1000, 1000)
    assert line(found, "Step Functions, state transitions")[0] < 50
    assert line(found, "Step Functions, Express time")[0] == 1000 * Decimal("0.0625")


def test_batches(cost: Callable[..., dict[str, Any]]) -> None:
    body = (MAP % "batch = 8\nmax_parallel = 2").replace("work:one", "work:many", 1)
    found = cost(body, of={"each": 17})
    assert found["items"]["each"] == {"items": 17, "iterations": 3, "source": "given"}


JOBS = """
[compute.job]
engine = "batch"
timeout = "10s"
[steps.rows]
call = "work:rows"
[steps.each]
call = "work:one"
each.x = "${steps.rows}"
compute = "job"
%s
"""


def test_an_array_of_jobs_costs_the_same_few_transitions_whatever_its_size(cost: Callable[..., dict[str, Any]]) -> None:
    few, many = (cost(JOBS % "", of={"each": count}) for count in (2, 10_000))
    assert many["items"]["each"] == {"items": 10_000, "iterations": 1, "source": "given", "jobs": 10_000}
    transitions = "Step Functions, state transitions"
    assert line(few, transitions) == line(many, transitions)
    one_by_one = cost(JOBS % "max_parallel = 5", of={"each": 10_000})
    assert line(one_by_one, transitions)[0] > 40_000 > 1000 * line(many, transitions)[0]
    hours = [round(line(found, "Fargate, processors")[0], 3) for found in (few, many, one_by_one)]
    assert hours == [Decimal("0.033"), Decimal("166.667"), Decimal("166.667")]
    assert line(many, "S3, GET")[0] - line(few, "S3, GET")[0] == 9_998 * 4  # three by each job, its record by `gather`


def test_jobs_of_an_array_take_a_batch_of_items_each_and_all_their_attempts(
    cost: Callable[..., dict[str, Any]],
) -> None:
    body = (JOBS % 'batch = 8\nretry = { max = 2, delay = "5s", backoff = 1.0 }').replace("work:one", "work:many")
    found = cost(body, of={"each": 100_001})
    assert found["items"]["each"] == {"items": 100_001, "iterations": 2, "source": "given", "jobs": 12_501}
    typical, most = line(found, "Fargate, processors")
    jobs = 2 * Decimal(6251)  # each array counts as the larger one
    assert round(typical, 6) == round(jobs * 60 / 3600, 6)
    assert round(most, 6) == round(jobs * (60 + 60) / 3600, 6), "three attempts with their pauses take no minute; grace"


def test_parameters_tell_numbers_of_items(cost: Callable[..., dict[str, Any]]) -> None:
    found = cost(MAP % "", every=7, parameters={"names": ["a", "b", "c"]})
    assert {step: item["items"] for step, item in found["items"].items()} == {"each": 7, "named": 3}


def test_unknown_numbers_are_told(cost: Callable[..., dict[str, Any]]) -> None:
    assert any("--items each=N" in note for note in cost(MAP % "")["notes"])
    assert not any("--items" in note for note in cost(MAP % "", every=1)["notes"])
    with pytest.raises(TargetError, match="no step with `each` is called `rows`"):
        cost(MAP % "", of={"rows": 1})
    with pytest.raises(TargetError, match="is called `nothing`"):
        cost(MAP % "", seconds_of={"nothing": Decimal(1)})


def test_regions(cost: Callable[..., dict[str, Any]]) -> None:
    here = cost(CHAIN + '[stacks.dev]\nregion = "eu-north-1"\n', stack="dev")
    assert here["region"] == "eu-north-1"
    elsewhere = cost(CHAIN, region="ap-south-2")
    assert elsewhere["region"] == "us-east-1"
    assert any("no prices for ap-south-2" in note for note in elsewhere["notes"])


def test_prices_are_dated_and_exact() -> None:
    text = json.loads(FILE.read_text(), parse_float=lambda number: pytest.fail(f"{number} is no text"))
    assert text["date"] >= "2026-01-01"
    assert "check" in text["checked"]
    assert set(price_list()) >= {"us-east-1", "eu-west-1", "eu-north-1"}
    assert all(set(entries) == set(text["regions"]["us-east-1"]) for entries in text["regions"].values())


SPECS = [*sorted(CORPUS.glob("*/spec.toml"))[::12], *sorted(ROOT.glob("specs/*/*.toml"))]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_what_holds_of_every_spec(path: Path) -> None:
    compilation = check(path)
    if compilation.failed or compilation.module is None or compilation.context is None:
        pytest.skip("not a whole spec")
    found: list[dict[str, Any]] = []
    for every in (1, 10):
        options: dict[str, Any] = {"of": {}, "parameters": {}, "seconds": None, "seconds_of": {}, "region": None}
        found.append(driver().cost(compilation.context, compilation.module, every=every, **options).data)
    for item in found:
        assert all(Decimal(line["typical"]) <= Decimal(line["most"]) for line in item["lines"])
        assert Decimal(item["typical_usd"]) == sum(Decimal(line["typical_usd"]) for line in item["lines"])
        assert "." not in item["lines"][0]["typical"]
    assert Decimal(found[0]["most_usd"]) <= Decimal(found[1]["most_usd"])
    limits = driver().limits(compilation.context, compilation.module, 10, {})
    assert " over " not in limits.text
