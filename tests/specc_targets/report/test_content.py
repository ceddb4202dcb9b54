"""What the page about a run says, for runs that ended in every way."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from run_folders import START, Run, content_of
from specc_targets.report import write_page
from specc_targets.report.facts import GROUPS

MakeRun = Callable[..., Any]
HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> \u2028 \ud800 \0 é 😀"


def states(data: dict[str, Any]) -> dict[str, str]:
    return {step["key"]: step["state"] for step in data["steps"]}


def named(data: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in data["steps"] if step["key"] == key)
    return found


def said(data: dict[str, Any]) -> str:
    return " ".join(text for _, text in data["notes"])


def test_a_good_run(good_run: Any) -> None:
    data = good_run.data()
    assert states(data) == {"numbers": "succeeded", "work": "succeeded", "join": "succeeded"}
    assert data["run"]["duration"] == 1.5
    assert data["run"]["parameters"] == [["limit", "5"]]
    assert data["run"]["outputs"] == [["count", "10"]]
    assert data["totals"]["calls"] == 12
    assert data["totals"]["items"] == 10
    assert data["totals"]["rate"] == pytest.approx(8)
    assert data["totals"]["memory"] == 20_000_000
    work = named(data, "work")
    assert work["count"] == work["done"] == 10
    assert work["p50"] == work["max"] == pytest.approx(0.009)
    assert work["items"]["where"] == list(range(10))
    assert work["items"]["took"] == [9000] * 10
    assert data["notes"] == []
    assert data["error"] is None
    assert data["failures"] == []


def test_what_decided_the_duration(good_run: Any) -> None:
    data = good_run.data()
    path = [(data["steps"][item["step"]]["key"], item["end"] - item["start"]) for item in data["critical"]]
    assert path == [("numbers", 500_000), ("work", 19_000), ("join", 250_000)]
    assert data["critical"][1]["waited"] == 400_000


def test_only_the_longer_branch_decides(make_run: MakeRun) -> None:
    spec = """\
specc = 1
kind = "pipeline"
name = "fork"
[steps.quick]
call = "steps:numbers"
[steps.slow]
call = "steps:numbers"
[steps.both]
steps.a = { call = "steps:join", with.numbers = "${steps.slow}" }
steps.b = { call = "steps:join", with.numbers = "${steps.quick}" }
yield = "${steps.a}"
[steps.end]
call = "steps:work"
with.number = "${steps.both}"
"""
    run = make_run(spec)
    run.step("quick", [], 0, 0.1)
    run.step("slow", [], 0, 1)
    run.step("both/b", 0, 1, 0.2)
    run.step("both/a", 0, 1, 0.5)
    run.step("end", 0, 1.5, 0.1)
    run.result("succeeded", 1.6)
    data = run.data()
    assert [data["steps"][item["step"]]["key"] for item in data["critical"]] == ["slow", "both/a", "end"]
    assert states(data)["both"] == "succeeded"
    inputs = named(data, "end")["inputs"]
    assert inputs == [["number", "0", True]]


def test_inputs_and_results_are_shown(good_run: Any) -> None:
    data = good_run.data()
    assert named(data, "numbers")["results"] == [["", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"]]
    assert named(data, "work")["inputs"][0] == ["each number", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", True]
    assert named(data, "work")["results"] == [["0", "0"], ["1", "2"], ["9", "18"]]
    assert named(data, "join")["inputs"] == [["numbers", "${steps.work}", False]]


def test_a_failed_run(make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", [1], 0, 0.5)
    error = {"name": "KeyError", "message": "'x'", "step": "work", "items": [0], "traceback": "Traceback ..."}
    run.event("step-started", 0.5, "work", total=1)
    run.event("step-failed", 0.6, "work", (0,), error=error)
    run.event("step-failed", 0.6, "work", error=error)
    run.result("failed", 0.7, error=error)
    data = run.data("failed")
    assert states(data) == {"numbers": "succeeded", "work": "failed", "join": "notrun"}
    assert data["error"] == {**error, "notes": []}
    assert [(item["name"], item["count"], item["where"]) for item in data["failures"]] == [("KeyError", 1, ["0"])]
    assert data["totals"]["failed"] == 1


def test_tolerated_failures_are_grouped(make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", [], 0, 0.5)
    run.items("work", 50)
    for index in range(50, 60):
        run.failed(f"work[{index}]", f"number {index} is odd", 1.1, 0.01, f"Traceback {index}")
    run.failed("work[60]", "something else", 1.1, 0.01)
    run.step("join", 1, 1.2, 0.1)
    run.result("succeeded", 2)
    data = run.data()
    assert states(data)["work"] == "tolerated"
    assert [(item["message"], item["count"]) for item in data["failures"]] == [
        ("number 50 is odd", 10),
        ("something else", 1),
    ]
    assert named(data, "work")["failed"] == 11
    assert len(named(data, "work")["items"]["failed"]) == 11


NESTED = """\
specc = 1
kind = "pipeline"
name = "nested"
[steps.price]
call = "steps:work"
each.number = [1, 2, 3]
[steps.price.on_error]
"*".run = "estimate"
[steps.estimate]
call = "steps:numbers"
[steps.each]
each.number = [1, 2]
tolerate = 1
yield = "${steps.other}"
[steps.each.steps.inner]
call = "steps:work"
with.number = "${last}"
repeat = { start = 0, until = "${last > 1}", max = 5 }
[steps.each.steps.other]
call = "steps:work"
with.number = "${steps.inner}"
[finally.notify]
call = "steps:numbers"
"""


def test_what_is_within_maps_is_counted_where_it_stands(make_run: MakeRun) -> None:
    run = make_run(NESTED)
    fault = {"name": "KeyError", "message": "'n2'", "step": "each/other", "items": [1], "traceback": "Traceback ..."}
    for name in ("price", "each"):
        run.event("step-started", 0, name, total=2)
    run.items("price", 2, at=0.1)
    run.step("price[2]!estimate", 0, 0.1, 0.01)
    run.step("price[2]", 0, 0.1, 0.02)
    run.event("step-recovered", 0.1, "price", (2,), error={**fault, "step": "price", "items": [2]})
    for item in range(2):
        for turn in range(3):
            run.step(f"each[{item}]/inner{{{turn}}}", turn, 0.2 + turn * 0.1, 0.1)
    run.step("each[0]/other", 1, 0.5, 0.1)
    run.event("step-failed", 0.6, "each/other", (1,), error=fault)
    rest = [START + 0.5, 0.1, "each/other", [1], [], None, None]
    run.records(["failed", "each[1]", ["KeyError"], "KeyError", "'n2'", "Traceback ...", *rest])
    run.event("step-finished", 0.7, "price")
    run.event("step-finished", 0.7, "each")
    run.event("step-started", 0.7, "notify")
    run.log("done", 0.75, "notify")
    run.step("finally/notify", [], 0.7, 0.1)
    run.event("step-finished", 0.8, "notify")
    run.result("succeeded", 0.8)
    data = run.data()
    assert states(data) == {
        "price": "tolerated",
        "price/price": "tolerated",
        "price/estimate": "succeeded",
        "each": "tolerated",
        "each/inner": "succeeded",
        "each/other": "tolerated",
        "finally": "succeeded",
        "finally/notify": "succeeded",
    }
    counts = {step["key"]: step["count"] for step in data["steps"] if not step.get("group")}
    assert counts == {"price/price": 3, "price/estimate": 1, "each/inner": 6, "each/other": 2, "finally/notify": 1}
    assert data["totals"]["calls"] == 13
    assert data["totals"]["failed"] == 1
    assert [(item["key"], item["count"], item["where"]) for item in data["failures"]] == [
        ("each/other", 1, ["1"]),
        ("price", 1, ["2"]),
    ]
    assert named(data, "finally/notify")["log"]["count"] == 1


def test_the_number_of_different_failures_is_bounded(make_run: MakeRun) -> None:
    run = make_run()
    for index in range(GROUPS + 50):
        run.failed(f"work[{index}]", "x" * index, 1, 0.1)
    data = run.data("failed")
    assert len(data["failures"]) == GROUPS
    assert data["moreFailures"] == 50


def test_retries_skips_and_handlers(make_run: MakeRun) -> None:
    run = make_run()
    fault = {"name": "OSError", "message": "no route", "step": "numbers", "items": [], "traceback": ""}
    run.event("step-started", 0, "numbers")
    run.event("retrying", 0.2, "numbers", attempt=1, delay=0.1, error=fault)
    run.event("step-recovered", 0.5, "numbers", error=fault)
    run.event("step-finished", 0.5, "numbers", seconds=0.5, cached=False)
    run.event("step-skipped", 0.5, "work", because="numbers")
    run.step("numbers", None, 0.3, 0.2)
    run.result("succeeded", 0.6)
    data = run.data()
    assert states(data) == {"numbers": "tolerated", "work": "skipped", "join": "notrun"}
    assert named(data, "numbers")["retries"] == [[200_000, "", 1, 0.1, "OSError: no route"]]
    assert named(data, "work")["because"] == "numbers"
    assert data["failures"][0]["settled"] == 1


def test_a_step_from_the_cache(make_run: MakeRun) -> None:
    run = make_run()
    run.event("step-started", 0.1, "numbers")
    run.event("step-finished", 0.2, "numbers", cached=True)
    run.result("succeeded", 0.6)
    assert states(run.data())["numbers"] == "cached"


@pytest.mark.parametrize(
    ("status", "state", "word"),
    [
        ("running", "running", "still going"),
        ("killed", "unfinished", "ended without a word"),
        ("interrupted", "unfinished", "asked to stop"),
    ],
)
def test_a_run_that_has_not_ended_well_says_so(make_run: MakeRun, status: str, state: str, word: str) -> None:
    run = make_run()
    run.step("numbers", [], 0, 0.5)
    run.event("step-started", 0.5, "work", total=100)
    run.items("work", 30)
    data = run.data(status)
    assert states(data) == {"numbers": "succeeded", "work": state, "join": "notrun"}
    assert named(data, "work")["total"] == 100
    assert word in said(data)


def test_a_resumed_run_leaves_out_the_pause(make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", [], 0, 1)
    run.items("work", 8, at=1)
    run.failed("work[8]", "boom", 1, 0.5)
    run.records(["run", 1, run.path.name])
    run.records(["item", "work", 8, 1, START + 1000, 0.25, 0])
    run.step("join", 9, 1000.5, 0.5)
    run.result("succeeded", 1)
    data = run.data()
    assert states(data) == {"numbers": "succeeded", "work": "succeeded", "join": "succeeded"}
    assert "2 processes" in said(data)
    assert data["seams"] == [[1_500_000, 998.5]]
    assert data["run"]["duration"] == pytest.approx(2.5)
    assert data["failures"][0]["settled"] == 1
    assert named(data, "join")["start"] == 2_000_000


def test_nothing_in_a_run_becomes_markup(make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", {HOSTILE: HOSTILE}, 0, 0.5)
    run.failed("work[0]", HOSTILE, 0.5, 0.1, HOSTILE)
    run.log(HOSTILE, 0.1, "numbers")
    run.event("retrying", 0.2, "numbers", attempt=1, delay=0.1, error={"name": HOSTILE, "message": HOSTILE})
    run.write("run.json", {"name": HOSTILE, "spec": HOSTILE, "parameters": {HOSTILE: HOSTILE}, "started": HOSTILE})
    run.result("failed", 1, error={"name": HOSTILE, "message": HOSTILE, "step": HOSTILE, "traceback": HOSTILE})
    run.close()
    page = write_page(run.path, "failed")
    text = page.decode()
    assert text.count("<script") == text.count("</script>") == 2
    assert "<img" not in text
    assert text.count("<!--") == 0
    assert content_of(page)["error"]["message"] == HOSTILE


def test_the_policy_allows_the_pages_own_parts_and_nothing_else(good_run: Any) -> None:
    good_run.close()
    text = write_page(good_run.path, "succeeded").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    style = text.partition("<style>")[2].partition("</style>")[0]
    for part, name in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(
        r"""<[^>]+\s(on\w+|style)=""",
        text.partition("<script")[0] + text.partition("<body>")[2].partition("<script")[0],
    )
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text)


def test_a_deep_value_is_no_trouble(make_run: MakeRun) -> None:
    run = make_run()
    value: Any = 1
    for _ in range(900):
        value = [value]
    run.records(["step", "numbers", value, START, 0.5, 0, 0])
    run.result("succeeded", 1)
    assert "…" in named(run.data(), "numbers")["results"][0][1]


def test_what_is_stored_apart_is_read_no_further_than_shown(make_run: MakeRun) -> None:
    run = make_run()
    digest = "ab" * 32
    (run.path / "blobs").mkdir()
    (run.path / "blobs" / digest).write_text(json.dumps("word " * 100_000))
    run.records(["step-blob", "numbers", {"codec": "json", "sha256": digest, "size": 500_002}, START, 0.5, 0, 0])
    run.records(["step-blob", "join", {"codec": "pickle", "base64": "gASV"}, START, 0.5, 0, 0])
    run.result("succeeded", 1)
    data = run.data()
    shown = named(data, "numbers")["results"][0][1]
    assert shown.startswith('"word word')
    assert "500,002 bytes" in shown
    assert len(shown) < 2500
    assert "pickle" in named(data, "join")["results"][0][1]


def test_runs_are_made_as_the_engine_makes_them(good_run: Run) -> None:
    """The folders here are what the engine's own reader takes for sound."""
    from specc_targets.local.runs.recovery import Recovered

    good_run.close()
    with Recovered.read(good_run.path) as recovered:
        assert recovered.notes == []
        items = recovered.items("work")
        assert items is not None
        assert len(items) == 10
