"""Results are told how large they may be, so that what travels together fits into a state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Diagnostic, Span
from specc.frontend import check, compile_for
from specc_runtime.limits import OUTPUTS_LIMIT, REFERENCE
from specc_targets.asl import target

HEAD = 'specc = 1\nkind = "pipeline"\nname = "x"\n\n'
KIB = 1024


def compiled(folder: Path, body: str) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    (folder / "work.py").write_text("def do(x=None, y=None, z=None):\n    return x\n")
    (folder / "spec.toml").write_text(HEAD + body)
    compilation = check(folder / "spec.toml")
    files = compile_for(target(), compilation) or {}
    texts = {str(path): content for path, content in files.items()}
    return json.loads(texts.get("state-machine.asl.json", b"{}")), compilation.diagnostics


def payloads(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state["Arguments"]["Payload"]
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner:
                yield from payloads(inner)


def limits(folder: Path, body: str) -> dict[str, int]:
    machine, diagnostics = compiled(folder, body)
    assert machine, diagnostics
    return {name: found["threshold"] for name, found in payloads(machine) if "threshold" in found}


def calls(names: list[str], more: str = "") -> str:
    return "".join(f'[steps.{name}]\ncall = "work:do"\n{more}' for name in names)


def line(found: Diagnostic) -> int:
    at = found.labels[0].at
    assert isinstance(at, Span)
    return at.start.line


def listed(names: list[str]) -> str:
    return "[" + ", ".join(f'"${{steps.{name}}}"' for name in names) + "]"


def many(count: int) -> list[str]:
    return [f"s{number:03}" for number in range(count)]


def test_ordinary_machines_say_nothing(tmp_path: Path) -> None:
    names = many(15)
    reader = f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\n'
    outputs = "[outputs]\n" + "".join(f'{name} = "${{steps.{name}}}"\n' for name in names)
    assert limits(tmp_path, calls(names) + reader + outputs) == {}


def test_what_one_request_reads_shares_its_room(tmp_path: Path) -> None:
    names = many(40)
    found = limits(tmp_path, calls(names) + f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\n')
    assert found.keys() == set(names)
    assert 4 * KIB < max(found.values()) <= 192 * KIB // 40


def test_what_leaves_a_parallel_shares_its_room(tmp_path: Path) -> None:
    left, right = many(20), [f"t{number}" for number in range(20)]
    after = {"l": json.dumps(right), "r": json.dumps(left)}
    readers = "".join(
        f'[steps.{name}]\ncall = "work:do"\nafter = {after[name]}\nwith.x = {listed(names)}\n'
        for name, names in (("l", left), ("r", right))
    )
    found = limits(tmp_path, calls(left + right) + readers)
    assert found.keys() == {*left, *right}
    assert max(found.values()) <= 192 * KIB // 40


def test_what_an_iteration_is_given_counts_its_items_too(tmp_path: Path) -> None:
    names = many(30)
    each = '[steps.each]\ncall = "work:do"\neach.i = "${steps.s000}"\neach.j = "${steps.s001}"\n'
    found = limits(tmp_path, calls(names) + f'{each}with.x = {listed(names)}\nwith.y = "${{i}}"\nwith.z = "${{j}}"\n')
    assert found.keys() == {*names, "each-scatter"}
    assert set(found.values()) == {found["each-scatter"]}
    assert found["each-scatter"] <= 192 * KIB // 32


def test_every_way_to_a_result_is_followed(tmp_path: Path) -> None:
    """Through groups, loops, lists and what replaces a failure."""
    names = many(40)
    body = (
        '[steps.s000]\nyield = "${steps.inner}"\n[steps.s000.steps.inner]\ncall = "work:do"\n'
        '[steps.s001]\ncall = "work:do"\nrepeat = { start = "${params.p}", max = 3, on_max = "stop" }\nwith.x = "${last}"\n'
        '[steps.s002]\ncall = "work:do"\neach.i = [1, 2]\nwith.x = "${i}"\n'
        '[steps.s003]\ncall = "work:do"\non_error = { KeyError = { run = "mend" }, "*" = { use = "${params.p}" } }\n'
        '[steps.mend]\ncall = "work:do"\n[params.p]\ntype = "string"\n'
    )
    found = limits(tmp_path, body + calls(names[4:]) + f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\n')
    expected = {"s000.inner", "s001", "s002-gather", "s003", "s003-failed", "mend", *names[4:]}
    assert found.keys() == expected


@pytest.mark.parametrize(
    ("before", "arguments"),
    [
        ("", f'with.y = "{"y" * 100 * KIB}"'),
        ('[params.p]\ntype = "string"\n[params.q]\ntype = "array"\n', 'with.y = "${params.p}"\nwith.z = "${params.q}"'),
        (f'[params.p]\ntype = "string"\ndefault = "{"p" * 48 * KIB}"\n', 'with.y = "${params.p}"'),
    ],
)
def test_constants_and_parameters_take_room(tmp_path: Path, before: str, arguments: str) -> None:
    names = many(22)
    read = calls(names) + f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\n'
    assert limits(tmp_path, read) == {}
    assert limits(tmp_path, before + read + arguments).keys() == set(names)


def test_short_parameters_take_none(tmp_path: Path) -> None:
    names = many(22)
    kinds = ('type = "integer"', 'type = "string"\nmaxLength = 9', 'type = "string"\nenum = ["a", "b"]')
    params = "".join(f"[params.p{number}]\n{kind}\n" for number, kind in enumerate(kinds))
    read = f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\nwith.y = "${{params}}"\n'
    assert limits(tmp_path, params + calls(names) + read) == {}


def test_what_conditions_read_takes_room(tmp_path: Path) -> None:
    names = many(22)
    tests = "".join(f'[steps.w{name}]\nwait = "1s"\nwhen = "${{steps.{name} == \'x\'}}"\n' for name in names)
    read = f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\n'
    machine, _ = compiled(tmp_path, calls(names) + tests + read)
    found = {name: item for name, item in payloads(machine) if name in names}
    assert {item.get("threshold", 8 * KIB) + item.get("project_limit", 2 * KIB) for item in found.values()} <= {
        *range(7 * KIB, 192 * KIB // 22)
    }


def test_iterations_inside_iterations_share_the_variables_of_the_run(tmp_path: Path) -> None:
    inner = many(8)
    body = (
        '[steps.rows]\ncall = "work:do"\n[steps.a]\neach.i = "${steps.rows}"\nmax_parallel = 40\nyield = "${steps.b}"\n'
        '[steps.a.steps.b]\neach.j = "${i}"\nmax_parallel = 40\nyield = "${steps.s007}"\n'
    )
    chain = "".join(
        f'[steps.a.steps.b.steps.{name}]\ncall = "work:do"\nwith.x = "${{{source}}}"\n'
        for name, source in zip(inner, ["j", *(f"steps.{name}" for name in inner)], strict=False)
    )
    machine, _ = compiled(tmp_path, body + chain)
    found = dict(payloads(machine))
    assert found["a.b.s000"]["threshold"] == REFERENCE
    assert found["a.b-scatter"]["items_limit"] * 41 <= 4 * KIB * KIB


def test_too_many_references_are_reported_where_they_are_read(tmp_path: Path) -> None:
    names = many(660)
    machine, found = compiled(
        tmp_path, f'[steps.sum]\ncall = "work:do"\nwith.x = {listed(names)}\n' + calls(names) + calls(["last"])
    )
    assert machine == {}
    assert {item.code for item in found} == {"SPC425"}
    assert [item.message.partition(" too many")[0] for item in found] == [
        "step `sum` reads",
        "step `s000` and those beside it leave",
    ]
    assert [line(item) for item in found] == [HEAD.count("\n") + 1, HEAD.count("\n") + 4]


def test_outputs_that_do_not_fit_even_as_references_are_reported(tmp_path: Path) -> None:
    step = '[steps.a]\ncall = "work:do"\n[outputs]\n'
    few = OUTPUTS_LIMIT // REFERENCE
    assert compiled(tmp_path, step + "".join(f'o{number} = "${{steps.a}}"\n' for number in range(few)))[1] == ()
    machine, found = compiled(tmp_path, step + "".join(f'o{number} = "${{steps.a}}"\n' for number in range(700)))
    assert machine == {}
    assert [item.code for item in found] == ["SPC425"]
    assert found[0].message.startswith("the outputs hold too many values at once")
    assert line(found[0]) == HEAD.count("\n") + 3


def test_defaults_that_no_variable_holds_are_reported(tmp_path: Path) -> None:
    texts = "".join(
        f'[params.p{n}]\ntype = "string"\ndefault = "{"x" * size * KIB}"\n' for n, size in ((0, 60), (1, 200))
    )
    _, found = compiled(tmp_path, texts + calls(["a"]))
    assert [(item.code, line(item)) for item in found] == [("SPC425", HEAD.count("\n") + 6)]
