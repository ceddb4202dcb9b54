"""Steps replaced by what a test gives: everything around them stays."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from specc.frontend import check
from specc.ir.mocking import Failure, failure_of, mocked
from specc.ir.module import Module
from specc.ir.ops import CallTask, Map, Op
from specc.ir.verifier import verify

SPEC = """
specc = 1
kind = "pipeline"
name = "m"

[secrets]
TOKEN = "env:TOKEN"

[steps.a]
call = "work:a"

[steps.b]
call = "work:b"
timeout = "3s"
codec = "pickle"
retry = { max = 2, delay = "5s", on = ["OSError"] }
on_error.OSError.run = "h"

[steps.h]
call = "work:h"
with.e = "${error.name}"

[steps.m]
when = "${steps.a.ready == 1}"
after = ["b"]
each.x = "${steps.a.list}"
yield = "${steps.inner}"
[steps.m.steps.inner]
call = "work:m"
with = { x = "${x}", b = "${coalesce(steps.b.y, 1)}" }

[steps.items]
call = "work:h"
each.e = "${steps.a.list}"
retry = 1
on_error.KeyError.use = 0

[steps.pause]
wait = "1h"
when = "${steps.m[0] > 1}"

[finally.a]
call = "work:a"

[finally.last]
call = "work:a"
"""
WORK = "def a(): ...\ndef b(): ...\ndef h(e): ...\ndef m(x, b): ...\n"


@pytest.fixture
def module(tmp_path: Path) -> Module:
    (tmp_path / "work.py").write_text(WORK)
    (tmp_path / "spec.toml").write_text(textwrap.dedent(SPEC))
    found = check(tmp_path / "spec.toml")
    assert not found.failed, found.diagnostics
    assert found.module is not None
    return found.module


def step(module: Module, name: str) -> CallTask:
    op = next(op for op in (*module.body.ops, *module.body.handlers, *module.finally_.ops) if op.name == name)
    assert isinstance(op, CallTask)
    return op


def around(op: Op) -> dict[str, Any]:
    return {key: getattr(op, key) for key in ("name", "when", "after", "origin")}


def test_nothing_replaced_is_nothing_changed(module: Module) -> None:
    assert mocked(module, {}) == module


@pytest.mark.parametrize("name", ["a", "b", "m", "pause"])
def test_a_step_keeps_its_place(module: Module, name: str) -> None:
    found = mocked(module, {name: 1})
    assert verify(found) == []
    assert found.body.edges == module.body.edges
    assert around(step(found, name)) == around(module.body.by_name[name])
    assert [op.name for op in found.body.ops] == [op.name for op in module.body.ops]


def test_retries_and_catches_stay_but_nothing_is_waited_for(module: Module) -> None:
    op = step(mocked(module, {"b": {"error": "OSError"}}), "b")
    assert op.retry is not None
    assert (op.retry.max, op.retry.delay, op.retry.on) == (2, 0.0, ("OSError",))
    assert [catch.run for catch in op.catches] == ["h"]
    assert (op.timeout, op.codec, str(op.function)) == (None, None, "specc_runtime.testing:fail")


def test_what_a_step_reads_still_decides_whether_it_is_skipped(module: Module) -> None:
    found = step(mocked(module, {"m": [1, "${null}"]}), "m").arguments.raw
    assert found == {"uses": ["${steps.a}", "${coalesce(steps.b)}"], "text": "[1, null]"}


@pytest.mark.parametrize("name", ["items", "m"])
def test_items_of_a_map_one_by_one(module: Module, name: str) -> None:
    found = mocked(module, {name: {"each": ["${null}", "$${x}", {"error": "OSError"}]}})
    assert verify(found) == []
    assert found.body.edges == module.body.edges
    before, after = (item.body.by_name[name] for item in (module, found))
    assert isinstance(before, Map)
    assert isinstance(after, Map)
    assert around(after) == around(before)
    assert after.sources[:-1] == before.sources
    assert after.sources[-1][1].evaluate({}) == [
        {"text": "null"},
        {"text": '"${x}"'},
        {"name": "OSError", "message": "mocked"},
    ]
    call = after.body.by_name[name]
    assert isinstance(call, CallTask)
    assert call.origin == after.origin
    retried = before.body.by_name.get(name)
    assert (call.retry is not None) == (name == "items") == (retried is not None)


def test_what_only_looks_like_items_is_a_result(module: Module) -> None:
    assert step(mocked(module, {"a": {"each": [1]}}), "a").arguments.raw == {"uses": [], "text": '{"each": [1]}'}
    assert step(mocked(module, {"m": {"each": [1], "more": 2}}), "m").function.qualname == "give"


def test_text_that_looks_like_an_expression_is_text(module: Module) -> None:
    op = step(mocked(module, {"a": "$${steps.zzz}"}), "a")
    assert op.arguments.evaluate({}) == {"uses": [], "text": '"${steps.zzz}"'}


def test_a_handler_can_be_replaced(module: Module) -> None:
    assert str(step(mocked(module, {"h": 1}), "h").function) == "specc_runtime.testing:give"


def test_the_handler_of_a_map_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("def a(x): ...\ndef h(): ...\n")
    head = (
        'specc = 1\nkind = "pipeline"\nname = "m"\n[steps.m]\ncall = "work:a"\neach.x = [1]\non_error."*".run = "h"\n'
    )
    test = '[[tests]]\nname = "t"\nmock.h = 1\nexpect = {}\n'
    (tmp_path / "spec.toml").write_text(head + '[steps.h]\ncall = "work:h"\n' + test)
    found = check(tmp_path / "spec.toml")
    assert found.diagnostics == ()
    assert found.module is not None
    replaced = mocked(found.module, {"h": 1}).body.by_name["m"]
    assert isinstance(replaced, Map)
    assert [str(op.function) for op in (*replaced.body.handlers, *replaced.body.ops) if isinstance(op, CallTask)] == [
        "specc_runtime.testing:give",
        "work:a",
    ]


def test_the_body_goes_before_finally(module: Module) -> None:
    found = mocked(module, {"a": 1, "last": 2})
    assert [str(op.function) for op in found.finally_.ops if isinstance(op, CallTask)] == [
        "work:a",
        "specc_runtime.testing:give",
    ]


def test_secrets_are_read_only_when_something_is_called(module: Module) -> None:
    assert mocked(module, dict.fromkeys(["a", "b", "h", "m", "items"])).secrets == module.secrets
    from dataclasses import replace

    body_only = replace(module, finally_=type(module.finally_)())
    assert mocked(body_only, dict.fromkeys(["a", "b", "h", "m", "items"])).secrets == ()


@pytest.mark.parametrize(
    ("mock", "expected"),
    [
        ({"error": "ValueError"}, Failure("ValueError", "mocked")),
        ({"error": "ValueError", "message": "no"}, Failure("ValueError", "no")),
        ({"error": 1}, None),
        ({"error": "ValueError", "code": 1}, None),
        ({"message": "no"}, None),
        ({}, None),
        ("ValueError", None),
    ],
)
def test_what_is_a_failure(mock: Any, expected: Failure | None) -> None:
    assert failure_of(mock) == expected
