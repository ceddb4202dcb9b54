"""Requests, as the workflow sends them."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_runtime import entry, lambda_handler
from specc_runtime.envelope import load, tag
from specc_runtime.errors import CodecError, FunctionNotFound, SpeccError
from specc_runtime.functions import use_root
from specc_runtime.invoke import handle
from specc_runtime.records import write_record
from specc_runtime.store import Store, open_store

WORK = """
import os
def add(a, b=1): return a + b
async def later(a): return [a]
async def agen(a):
    yield a
    yield a
def gen(a):
    yield a
def none(): return None
def big(n): return ["x" * 100] * n
def bad(): return object()
def double(xs): return [x * 2 for x in xs]
def boom(): raise ZeroDivisionError("at " + os.environ.get("TOKEN", ""))
def leave(): raise SystemExit(3)
"""
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def store() -> Store:
    return open_store("memory://")


@pytest.fixture
def ask(tmp_path: Path, store: Store) -> Ask:
    (tmp_path / "work.py").write_text(WORK)
    use_root(tmp_path)

    def send(action: str, arguments: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        request = {"specc": 1, "run": {"id": "r"}, "step": "s", "action": action, "with": arguments, **fields}
        return handle(request, store)

    return send


@pytest.mark.parametrize(
    ("call", "arguments", "result"),
    [
        ("work:add", {"a": "${params.n}"}, 4),
        ("work:add", {"a": "x${params.n}", "b": "y"}, "x3y"),
        ("work:later", {"a": 1}, [1]),
        ("work:agen", {"a": 1}, [1, 1]),
        ("work:gen", {"a": "$${x}"}, ["${x}"]),
        ("work:none", {}, None),
    ],
)
def test_calls(ask: Ask, call: str, arguments: dict[str, Any], result: object) -> None:
    assert ask("call", arguments, call=call, scope={"params": {"n": 3}}) == {"$value": result}


def test_large_results_travel_by_reference_with_what_the_workflow_must_see(ask: Ask, store: Store) -> None:
    answer = ask("call", {"n": 1000}, call="work:big", project=["/0", "/7000", "/a~1b"])
    assert answer["$ref"].startswith("memory://")
    assert answer["project"] == {"/0": "x" * 100}
    assert load(answer, store) == ["x" * 100] * 1000
    assert ask("evaluate", value="${len(steps.big)}", scope={"steps": {"big": answer}}) == {"$value": 1000}
    assert load({**answer, "index": 3}, store) == "x" * 100
    answer = ask("call", {"n": 1000}, call="work:big", project=["", "/0"])
    assert (answer["project"], answer["partial"]) == ({"/0": "x" * 100}, True)


def test_numbers_that_a_workflow_would_change_travel_by_reference(ask: Ask, store: Store) -> None:
    for value in (2**60, 1.0):
        answer = ask("evaluate", value=value)
        assert "$ref" in answer
        assert repr(load(answer, store)) == repr(value)


def test_skipped_values(ask: Ask) -> None:
    scope = {"steps": {"a": {"$skipped": "a"}, "b": {"$value": 1}}}
    assert ask("evaluate", value="${steps.a}", scope=scope) == {"$skipped": "a"}
    assert ask("evaluate", value="${coalesce(steps.a, steps.b)}", scope=scope) == {"$value": 1}
    outputs = {"a": "${steps.a}", "b": "${steps.b}"}
    expected = {"outputs": {"a": {"$value": None}, "b": {"$value": 1}}, "skipped": ["a"]}
    assert ask("outputs", outputs=outputs, scope=scope) == expected


def scatter(ask: Ask, values: list[Any], **fields: Any) -> dict[str, Any]:
    scope = {"steps": {"list": {"$value": values}}}
    return ask("scatter", each={"x": "${steps.list}"}, address="r/m", scope=scope, **{"as": "items", **fields})


def run_items(ask: Ask, found: dict[str, Any], **fields: Any) -> None:
    for index in range(found["count"]):
        scope = (
            {"names": found["items"][index]}
            if "items" in found
            else {"item": {"$item": {"$ref": found["$ref"], "index": index}}}
        )
        ask(scope=scope, address=f"r/m/{index}", store="address", **fields)


@pytest.mark.parametrize("kind", ["items", "manifest"])
@pytest.mark.parametrize("values", [[], [1], list(range(30)), [None, "s3://b/k", {"$ref": "x"}], ["x" * 9000] * 20])
def test_map_gives_results_in_order(ask: Ask, store: Store, kind: str, values: list[Any]) -> None:
    found = scatter(ask, values, **{"as": kind})
    assert found["count"] == len(values)
    assert ("items" in found) == (kind == "items")
    run_items(ask, found, action="evaluate", value="${x}")
    assert load(ask("gather", address="r/m", count=found["count"], tolerate=None), store) == values


def test_items_too_large_to_give_are_read_from_a_manifest(ask: Ask, store: Store) -> None:
    values = [[index] * 1000 for index in range(60)]
    found = scatter(ask, values)
    assert "items" not in found
    run_items(ask, found, action="evaluate", value="${x}")
    assert load(ask("gather", address="r/m", count=60, tolerate=None), store) == values


def test_batches_are_flattened_and_counted(ask: Ask, store: Store) -> None:
    found = scatter(ask, [1, 2, 3], batch=2)
    run_items(ask, found, action="call", call="work:double", arguments={"xs": "${x}"})
    fields = {"address": "r/m", "count": 2, "batch": True}
    assert ask("gather", tolerate=None, **fields) == {"$value": [2, 4, 6]}
    ask("record", address="r/m/0", error={"Error": "ValueError", "Cause": "no"})
    tolerated = ask("gather", tolerate={"unit": "count", "amount": 2}, **fields)
    assert tolerated == {"$value": [None, None, 6], "failed": 2, "failures": store.uri_of("r/m/failures")}
    assert json.loads(store.get("r/m/failures")) == [{"index": 0, "name": "ValueError", "message": "no"}]
    with pytest.raises(SpeccError, match=r"more than 1 of the 3 items of step `s` failed; the first: ValueError: no"):
        ask("gather", tolerate={"unit": "count", "amount": 1}, **fields)


def test_a_failed_item_fails_the_map_under_its_name(ask: Ask) -> None:
    ask(
        "record",
        address="r/m/0",
        error={"Error": "KeyError", "Cause": '{"errorMessage": "k", "errorType": "KeyError"}'},
    )
    with pytest.raises(Exception, match=r"^k$") as caught:
        ask("gather", address="r/m", count=1, tolerate=None)
    assert type(caught.value).__name__ == "KeyError"
    with pytest.raises(SpeccError, match="item 0 of step `s` left no result"):
        ask("gather", address="r/other", count=1, tolerate=None)


def test_bytes_of_items_are_gathered(ask: Ask, store: Store) -> None:
    for index, data in enumerate([b"\x00", b"\x01"]):
        write_record(store, f"r/m/{index}", tag(data, store))
    assert load(ask("gather", address="r/m", count=2, tolerate=None), store) == [b"\x00", b"\x01"]


def test_mistakes_are_named(ask: Ask) -> None:
    for call in ("nowhere:f", "work:nothing", "work:os.sep"):
        with pytest.raises(FunctionNotFound):
            ask("call", {}, call=call)
    with pytest.raises(CodecError, match="the result of step `s` is a value of type `object`"):
        ask("call", {}, call="work:bad")
    for request in ({"specc": 2}, {"specc": 1, "action": "dance"}):
        with pytest.raises(SpeccError):
            handle(request, open_store("memory://"))


@pytest.fixture
def on_lambda(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "token.txt").write_text("swordfish\n")
    monkeypatch.setenv("SPECC_STORE", "memory://lambda")
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    monkeypatch.setenv("SPECC_SECRET_TOKEN", f"file:{tmp_path}/token.txt")
    monkeypatch.delenv("TOKEN", raising=False)
    entry.store.cache_clear()
    entry.prepare.cache_clear()
    yield
    os.environ.pop("TOKEN", None)  # the handler set it, for good


@pytest.mark.usefixtures("on_lambda")
def test_lambda_fails_under_the_declared_name_with_the_users_frames_and_no_secret() -> None:
    request = {
        "specc": 1,
        "step": "s",
        "action": "call",
        "call": "work:boom",
        "errors": ["ArithmeticError", "Exception"],
    }
    with pytest.raises(Exception, match=r"^at \*\*\*$") as caught:
        lambda_handler.handler(request, None)
    assert type(caught.value).__name__ == "ArithmeticError"
    frames = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)][1:]
    assert [Path(name).name for name in frames] == ["lambda_handler.py", "work.py"]
    with pytest.raises(Exception, match="3") as left:
        lambda_handler.handler({**request, "call": "work:leave"}, None)
    assert type(left.value).__name__ == "SystemExit"
