"""What steps mean, on modules written as IR text."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.ir.reader import read_module
from specc_targets.local import PlanError, RunResult, read_plan, run, write_plan
from specc_targets.local.events import Event, ItemsFinished, Retrying, StepFinished, StepSkipped

WORK = """
import os, time, json, threading
def same(x=None): return x
def add(a, b): return a + b
def fail(x=None, kind="ValueError"):
    raise getattr(__import__("builtins"), kind)(f"no {x}")
def odd(x):
    if x % 2: raise ValueError(f"odd {x}")
    return x
def double(xs): return [x * 2 for x in xs]
def short(xs): return xs[1:]
def spoil(x):
    x.append("spoilt")
    return x
def count(folder):
    path = os.path.join(folder, "count")
    number = int(open(path).read()) + 1 if os.path.exists(path) else 1
    open(path, "w").write(str(number))
    return number
def third(folder):
    if count(folder) < 3: raise ConnectionResetError("not yet")
    return "there"
def hang(): time.sleep(60)
def die(code): os._exit(code)
def crash(): os.kill(os.getpid(), 11)
def leave(): raise SystemExit(3)
def odd_result(): return threading.Lock()
def odd_set(): return {1, 2}
def raw(): return b"\\x00\\xff"
def size(x): return len(x)
def pid(): return os.getpid()
def env(name): return os.environ.get(name)
"""
Play = Callable[..., RunResult]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    (tmp_path / "work.py").write_text(WORK)

    def start(text: str, parameters: dict[str, Any] | None = None, head: str = "", **options: Any) -> RunResult:
        lines = [f"module test {head}", *(f"  {line}" for line in text.splitlines() if line.strip())]
        plan = json.loads(json.dumps(write_plan(read_module("\n".join(lines)))))
        return run(plan, parameters or {}, root=tmp_path, **options)

    return start


def body(*lines: str) -> str:
    return "\n".join(["body", *(f"  {line}" for line in lines)])


def call(name: str, function: str, arguments: dict[str, Any] | None = None, **fields: Any) -> str:
    stated = {"function": f"work:{function}", "arguments": arguments or {}, **fields}
    return f"task.call {name} " + " ".join(f"{key}={json.dumps(value)}" for key, value in stated.items())


def each(name: str, source: Any, *inner: str, region: str | None = None, **fields: Any) -> list[str]:
    stated = {"sources": {"x": source}, **fields}
    head = f"map {name} " + " ".join(f"{key}={json.dumps(value)}" for key, value in stated.items())
    region = region or f'region yields="${{steps.{name}}}" binds=["x"]'
    return [head, f"  {region}", *(f"    {line}" for line in inner)]


X = {"x": "${x}"}


def test_a_diamond_and_its_outputs(play: Play) -> None:
    result = play(
        body(
            call("a", "same", {"x": [1]}),
            call("b", "add", {"a": "${steps.a}", "b": [2]}),
            call("c", "spoil", {"x": "${steps.a}"}),
            call("d", "add", {"a": "${steps.b}", "b": "${steps.c}"}),
            *(f"edge {edge} data" for edge in ("a -> b", "a -> c", "b -> d", "c -> d")),
        )
        + '\noutput d value="${steps.d}"\noutput text value="${steps.a} of ${run.name}"'
    )
    assert result.status == "succeeded"
    assert result.outputs == {"d": [1, 2, 1, "spoilt"], "text": "[1] of test"}
    assert result.results["a"] == [1]
    result.results["a"].append(1)
    assert result.results["a"] == [1]


@pytest.mark.parametrize("items", [[], [1], list(range(200)), [None, "s3://a/b", {"$value": 1}, [2]]])
def test_map_keeps_order(play: Play, items: list[Any]) -> None:
    for most in (None, 1, 3):
        limit = {} if most is None else {"max_parallel": most}
        assert play(body(*each("m", items, call("m", "same", X), **limit))).results["m"] == items


def test_items_that_fail_are_null_when_tolerated(play: Play) -> None:
    tolerance = {"unit": "percent", "amount": 50}
    result = play(body(*each("m", [1, 2, 3, 4], call("m", "odd", X), tolerance=tolerance)))
    assert result.results["m"] == [None, 2, None, 4]
    assert {index: error.message for index, error in result.tolerated[0].errors.items()} == {0: "odd 1", 2: "odd 3"}
    result = play(body(*each("m", [1, 2, 3], call("m", "odd", X), tolerance=tolerance)))
    assert result.error is not None
    assert result.error.name == "ToleranceExceeded"
    assert result.error.message == "more than 50% of the 3 items of step `m` failed; the first: ValueError: odd 1"


def test_the_first_failure_fails_a_map_and_nothing_new_starts(play: Play, tmp_path: Path) -> None:
    events: list[Event] = []
    inner = call("m", "odd", X)
    result = play(body(*each("m", list(range(1000)), inner, max_parallel=1)), on_event=events.append)
    assert result.error is not None
    assert (result.error.name, result.error.step, result.error.items) == ("ValueError", "m", (1,))
    assert [event.done for event in events if isinstance(event, ItemsFinished)][-1] == 2
    assert "work.py" in result.error.traceback
    assert "specc_" not in result.error.traceback


def test_batches(play: Play) -> None:
    assert play(body(*each("m", [1, 2, 3], call("m", "double", {"xs": "${x}"}), batch=2))).results["m"] == [2, 4, 6]
    wrong = play(body(*each("m", [1, 2, 3], call("m", "short", {"xs": "${x}"}), batch=2)))
    assert wrong.error is not None
    assert wrong.error.name == "BatchSizeMismatch"


def test_sources_must_be_lists_of_one_length(play: Play) -> None:
    for source, name in (("text", "NotAList"), (None, "NotAList")):
        error = play(body(*each("m", source, call("m", "same", X)))).error
        assert error is not None
        assert error.name == name
    lines = each("m", [1], call("m", "same", X))
    lines[0] = 'map m sources={"x":[1],"y":[1,2]}'
    error = play(body(*lines)).error
    assert error is not None
    assert error.name == "UnequalLengths"


def test_nested_maps_and_groups(play: Play) -> None:
    inner = each("n", "${x}", call("n", "add", {"a": "${y}", "b": "${steps.first}"}))
    inner[0] = 'map n sources={"y":"${x}"}'
    inner[1] = '  region yields="${steps.n}" binds=["y"]'
    lines = each(
        "m",
        [[1, 2], []],
        call("first", "size", X),
        *inner,
        "edge first -> n data",
        region='region yields={"n":"${steps.n}","of":"${steps.first}"} binds=["x"]',
    )
    assert play(body(*lines)).results["m"] == [{"n": [3, 4], "of": 2}, {"n": [], "of": 0}]


def test_skipping_spreads_but_not_through_coalesce_or_order(play: Play) -> None:
    events: list[Event] = []
    result = play(
        body(
            call("no", "same", when="${1 > 2}"),
            call("uses", "same", {"x": "${steps.no}"}),
            call("joins", "same", {"x": "${coalesce(steps.no, 7)}"}),
            call("later", "same", {"x": 8}, after=["no"]),
            *each("m", [1, 2], call("m", "same", {"x": "${steps.uses}"})),
            "edge no -> joins data optional",
            "edge no -> later order",
            "edge no -> uses data",
            "edge uses -> m data",
        )
        + '\noutput none value="${steps.uses}"',
        on_event=events.append,
    )
    assert result.status == "succeeded"
    assert result.skipped == ["no", "uses", "m"]
    assert dict(result.results) == {"joins": 7, "later": 8}
    assert result.outputs == {"none": None}
    assert [event.because for event in events if isinstance(event, StepSkipped)] == [None, "no", "uses"]


def test_skipped_inside_a_map_is_null_and_inside_a_group_skips_it(play: Play) -> None:
    assert play(body(*each("m", [1, 2], call("m", "same", X, when="${x == 2}")))).results["m"] == [None, 2]
    result = play(body("group g", '  region yields="${steps.a}"', "    " + call("a", "same", when="${false}")))
    assert result.skipped == ["g"]


@pytest.mark.parametrize(
    ("declared", "kind", "name"),
    [
        ("ValueError", "ValueError", "ValueError"),
        ("ArithmeticError", "ZeroDivisionError", "ArithmeticError"),
        ("*", "KeyError", "KeyError"),
    ],
)
def test_failures_are_caught_by_class(play: Play, declared: str, kind: str, name: str) -> None:
    catches = [{"errors": ["TypeError"], "use": 1}, {"errors": [declared], "use": "${error.name}"}]
    assert play(body(call("a", "fail", {"kind": kind}, catches=catches))).results["a"] == name


def test_a_handler_runs_only_when_needed_and_sees_the_item(play: Play) -> None:
    catches = [{"errors": ["ValueError"], "run": "mend"}]
    handler = call("mend", "add", {"a": "${error.message}!", "b": "${str(x)}"}).replace("${str(x)}", "${x}s")
    lines = each("m", [1, 2], call("m", "odd", X, catches=catches), "handler", f"  {handler}")
    assert play(body(*lines)).results["m"] == ["odd 1!1s", 2]


def test_uncaught_failures_name_step_and_place(play: Play) -> None:
    result = play(body("group g", "  region", "    " + call("a", "fail", catches=[{"errors": ["KeyError"], "use": 1}])))
    assert result.status == "failed"
    assert result.error is not None
    assert (result.error.name, result.error.step, result.outputs) == ("ValueError", "g/a", {})


def test_retry_counts_retries_and_waits(play: Play, tmp_path: Path) -> None:
    events: list[Event] = []
    arguments = {"folder": str(tmp_path)}
    retry = {"max": 2, "delay": 0.01, "backoff": 3, "on": ["ConnectionError"]}
    assert play(body(call("a", "third", arguments, retry=retry)), on_event=events.append).results["a"] == "there"
    delays = [event.delay for event in events if isinstance(event, Retrying)]
    assert delays == [0.01, 0.03]
    (tmp_path / "count").unlink()
    for changed in ({"max": 1}, {"on": ["ValueError"]}):
        result = play(body(call("a", "third", arguments, retry={**retry, **changed})))
        assert result.error is not None
        assert result.error.name == ("ConnectionError" if "max" in changed else "ConnectionResetError")
        (tmp_path / "count").unlink()


def test_retry_of_a_group_runs_all_of_it(play: Play, tmp_path: Path) -> None:
    arguments = {"folder": str(tmp_path)}
    retry = json.dumps({"max": 3, "delay": 0})
    lines = [f"group g retry={retry}", '  region yields="${steps.b}"', "    " + call("a", "third", arguments)]
    lines += ["    " + call("b", "same", {"x": "${steps.a}"}), "    edge a -> b data"]
    assert play(body(*lines)).results["g"] == "there"


def test_loops(play: Play) -> None:
    def loop(**fields: Any) -> RunResult:
        stated = " ".join(f"{key}={json.dumps(value)}" for key, value in fields.items())
        head = f"loop l start=0 {stated}"
        inner = "    " + call("l", "add", {"a": "${last}", "b": 2})
        return play(body(head, '  region yields="${steps.l}" binds=["last"]', inner))

    assert loop(max=9, until="${last >= 5}").results["l"] == 6
    assert loop(max=2, on_max="stop").results["l"] == 4
    result = loop(max=2, until="${last > 100}")
    assert result.error is not None
    assert (result.error.name, result.error.message) == ("LoopExhausted", "`l` did not end within 2 iterations")


def test_finally_sees_how_it_ended(play: Play, tmp_path: Path) -> None:
    final = "\n".join(
        [
            "finally",
            "  " + call("write", "count", {"folder": str(tmp_path)}),
            "  " + call("told", "same", {"x": "${run.status}:${run.error.name}"}, when="${run.error != null}"),
            "  " + call("needs", "count", {"folder": "${steps.a}"}),
        ]
    )
    events: list[Event] = []
    result = play(body(call("a", "fail")) + "\n" + final, on_event=events.append)
    assert (tmp_path / "count").read_text() == "1"
    assert result.error is not None
    assert result.error.name == "ValueError"
    assert {event.step for event in events if isinstance(event, StepFinished)} == {"write", "told"}
    other = tmp_path / "other"  # the two steps run side by side, so each counts in a file of its own
    other.mkdir()
    result = play(body(call("a", "same", {"x": str(other)})) + "\n" + final)
    assert (tmp_path / "count").read_text() == "2"
    assert (other / "count").read_text() == "1"
    failing = "\n".join(["finally", "  " + call("f", "fail", {"kind": "KeyError"})])
    for step, name in (("same", "KeyError"), ("fail", "ValueError")):
        result = play(body(call("a", step)) + "\n" + failing)
        assert result.error is not None
        assert (result.status, result.error.name) == ("failed", name)


def test_a_call_that_takes_too_long_is_killed(play: Play) -> None:
    started = time.monotonic()
    result = play(body(call("a", "hang", timeout=0.2)))
    assert time.monotonic() - started < 20
    assert result.error is not None
    assert (result.error.name, result.error.message) == ("timeout", "step `a` took longer than 0.2 seconds")
    for name in ("timeout", "TimeoutError"):
        catches = [{"errors": [name], "use": "late"}]
        assert play(body(call("a", "hang", timeout=0.2, catches=catches))).results["a"] == "late"


def test_processes_are_warm_and_survive_crashes_of_others(play: Play) -> None:
    lines = each("m", [1, 2, 3], call("m", "pid", timeout=30), max_parallel=1)
    pids = play(body(*lines)).results["m"]
    assert len(set(pids)) == 1
    assert pids[0] != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    result = play(
        body(call("a", "die", {"code": 3}, timeout=30, catches=[{"errors": ["lost"], "use": "${error.message}"}]))
    )
    assert result.results["a"] == "the process of step `a` ended with exit code 3 before the step had a result"
    result = play(body(call("a", "crash", timeout=30)))
    assert result.error is not None
    assert result.error.message == "the process of step `a` was killed by SIGSEGV"
    failed = play(body(call("a", "fail", timeout=30)))
    assert failed.error is not None
    assert (failed.error.name, failed.error.message) == ("ValueError", "no None")
    assert failed.error.traceback.count("File ") == 1


def test_results_pass_their_codec(play: Play) -> None:
    result = play(body(call("a", "odd_result")))
    assert result.error is not None
    assert result.error.name == "CodecError"
    assert result.error.message.startswith("the result of step `a` is a value of type `lock`, which is not JSON")
    lines = [call("a", "odd_set", codec="pickle"), call("b", "size", {"x": "${steps.a}"}), call("r", "raw")]
    lines += [call("s", "size", {"x": "${steps.r}"}), "edge a -> b data", "edge r -> s data"]
    result = play(body(*lines))
    assert (result.results["b"], result.results["s"], result.results["r"]) == (2, 2, b"\x00\xff")
    for timed in ({}, {"timeout": 30}):
        assert play(body(call("a", "same", {"x": 2**70}, **timed))).results["a"] == 2**70


def test_sys_exit_and_expressions_fail_their_step(play: Play) -> None:
    for line, name in (
        (call("a", "leave"), "SystemExit"),
        (call("a", "same", {"x": "${1 / 0}"}), "ExpressionError"),
        (call("a", "same", when="${'yes'}"), "ExpressionError"),
        (call("a", "nothing"), "FunctionNotFound"),
    ):
        result = play(body(line))
        assert result.error is not None
        assert (result.error.name, result.error.step) == (name, "a")


def test_wait(play: Play) -> None:
    started = time.monotonic()
    lines = ["wait w duration=0.05", 'wait past until="2020-01-01T00:00:00Z"', "wait d duration=\"${'50ms'}\""]
    result = play(body(*lines))
    assert time.monotonic() - started >= 0.05
    assert dict(result.results) == {"w": None, "past": None, "d": None}
    result = play(body("wait w until=\"${'tomorrow'}\""))
    assert result.error is not None
    assert result.error.name == "ExpressionError"


def test_parameters(play: Play) -> None:
    text = (
        'parameter n type="integer" schema={"minimum":1} kind="integer"\n'
        'parameter o type="any" schema={} kind="integer" required=false default=2\n'
        + body(call("a", "add", {"a": "${params.n}", "b": "${params.o}"}))
    )
    assert play(text, {"n": 1}).results["a"] == 3
    for given, message in (
        ({}, "the parameter `n` must be given"),
        ({"n": 0}, "the parameter `n` does not fit: 0 is less than 1"),
        ({"n": "1"}, "the parameter `n` does not fit: `1` is not an integer"),
        ({"n": 1, "nn": 1}, "there is no parameter `nn`; did you mean `n`?"),
    ):
        result = play(text, given)
        assert (result.status, [(error.name, error.message) for error in result.errors][:1]) == (
            "failed",
            [("InvalidParameters", message)],
        )


def test_environment_and_secrets(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE", "swordfish")
    head = 'environment={"LEVEL":"INFO"} secrets={"TOKEN":"env:SOURCE"}'
    lines = [call("a", "env", {"name": "TOKEN"}), call("b", "env", {"name": "LEVEL"}, timeout=30)]
    result = play(body(*lines), head=head)
    assert dict(result.results) == {"a": "swordfish", "b": "INFO"}
    assert "TOKEN" not in os.environ
    lines = [call("a", "fail", {"x": "${steps.s}"}), call("s", "env", {"name": "TOKEN"}), "edge s -> a data"]
    failed = play(body(*lines), head=head)
    assert failed.error is not None
    assert failed.error.message == "no ***"
    assert "swordfish" not in repr(failed.error)


def test_threads_are_left_in_peace(play: Play) -> None:
    play(body(*each("m", list(range(100)), call("m", "same", X))))
    deadline = time.monotonic() + 5
    while any(thread.name.startswith("specc-") for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(thread.name.startswith("specc-") for thread in threading.enumerate())


def test_plans_of_another_version_are_refused() -> None:
    for plan in ({}, {"specc": 2}, {"specc": 1}, {"specc": 1, "module": {"name": "x"}}):
        with pytest.raises(PlanError):
            read_plan(plan)
