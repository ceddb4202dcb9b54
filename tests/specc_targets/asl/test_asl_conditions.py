"""What the machine evaluates itself, under which guards, and what it leaves to a function."""

from __future__ import annotations

import pytest

from specc.ir.policies import Retry
from specc_runtime.expressions import Reference, Template
from specc_targets.asl.errors import error_equals, retrier
from specc_targets.asl.folding import fold
from specc_targets.asl.names import NameTable
from specc_targets.asl.native import Known, native_condition
from specc_targets.asl.pruning import prune
from specc_targets.asl.text import field, is_exact, pointer, template, verbatim

KNOWN = Known({"limit": "number", "name": "string", "flag": "boolean", "maybe": "any"}, {"LEVEL"})


def resolve(reference: Reference) -> str:
    return "$" + "_".join(map(str, (reference.root, *reference.path)))


@pytest.mark.parametrize(
    ("text", "guards"),
    [
        ("params.flag", ()),
        ("params.limit > 3 and not (params.name == 'x')", ()),
        ("env.LEVEL in ['a', 'b']", ()),
        ("params.maybe", ('$type($params_maybe) = "boolean"',)),
        ("steps.a.ok", ('$type($steps_a_ok) = "boolean"',)),
        ("steps.a.ok == true", ("$exists($steps_a_ok)",)),
        ("steps.a.n >= params.limit", ('$type($steps_a_n) = "number"',)),
        ("steps.a.n < 'x'", ('$type($steps_a_n) = "string"',)),
        ("coalesce(steps.a.n, 1) == 1", ()),
        ("last.done or last.n == 3", ('$type($last_done) = "boolean"', "$exists($last_n)")),
    ],
)
def test_native(text: str, guards: tuple[str, ...]) -> None:
    found = native_condition(Template(f"${{{text}}}"), KNOWN, resolve)
    assert found is not None
    assert found.guards == guards


def test_an_alternative_counts_only_when_nothing_was_too_large_to_be_shown() -> None:
    """Else a field that is there would seem to be missing."""
    template = Template("${coalesce(steps.a.n, params.limit, steps.b) == 1}")
    found = native_condition(template, KNOWN, resolve, lambda item: "whole" if item.root == "steps" else "")
    assert found is not None
    assert found.guards == ("whole",)


@pytest.mark.parametrize(
    "text",
    [
        "item.ok",
        "len(steps.a) > 1",
        "steps.a + 1 == 2",
        "1",
        "'x' < 1",
        "params.name > 3 + 4",
        "steps.a[-1] == 1",
        "env.NOPE == ''",
    ],
)
def test_left_to_a_function(text: str) -> None:
    assert native_condition(Template(f"${{{text}}}"), KNOWN, resolve) is None


def test_a_class_also_catches_what_derives_from_it() -> None:
    declared = ("OSError", "FileNotFoundError", "ValueError", "MyError", "timeout")
    assert error_equals(["OSError"], declared) == ["OSError", "FileNotFoundError"]
    assert error_equals(["Exception"], declared) == [
        "Exception",
        "OSError",
        "FileNotFoundError",
        "ValueError",
        "MyError",
    ]
    assert error_equals(["*"], declared) == ["States.ALL"]
    assert error_equals(["timeout"], declared) == ["timeout", "States.Timeout", "Sandbox.Timedout"]
    assert error_equals(["len"], ("ValueError",)) == ["len"]


def test_retries_are_whole_seconds() -> None:
    found = retrier(Retry(max=2, delay=0.2, backoff=0.5, max_delay=0.4, jitter=True), ())
    assert found == {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "MaxAttempts": 2,
        "BackoffRate": 1.0,
        "JitterStrategy": "FULL",
    }


def test_texts() -> None:
    assert verbatim(["{% 1 %}", -1, {"a": 0.5}]) == ['{% "{% 1 %}" %}', "{% -1 %}", {"a": "{% 0.5 %}"}]
    assert template([1, -1, 0.5, 2**60, True, None, "${x}"]) == [
        1, "${-1}", "${0.5}", "${1152921504606846976}", True, None, "${x}",
    ]  # fmt: skip
    assert field("$a", "b", "/c", "", "d`e") == '$lookup($lookup($a.b.`/c`, ""), "d`e")'
    assert pointer(("a/b", "~", 3)) == "/a~1b/~0/3"
    assert pointer(()) == ""
    assert is_exact({"a": [1, 0.5, True, None]})
    assert not is_exact([1.0])
    assert not is_exact(2**53 + 1)


def test_names_are_unique_short_and_ascii() -> None:
    names = NameTable("run")
    assert [names.state("été/x") for _ in range(2)] == ["_t_x", "_t_x-2"]
    assert names.variable("run") == "run_2"
    long = [names.state("s" * 200, str(number)) for number in range(3)]
    assert len(set(long)) == 3
    assert max(map(len, long)) <= 80


def test_a_task_ends_its_branch_itself() -> None:
    states = {
        "a": {"Type": "Task", "Assign": {"x": "{% $states.result %}", "y": 1}, "Output": {}, "Next": "end"},
        "end": {"Type": "Pass", "Output": {"x": "{% $x %}", "z": "{% $z %}"}, "End": True},
    }
    assert fold("a", states) == "a"
    assert states == {"a": {"Type": "Task", "Output": {"x": "{% $states.result %}", "z": "{% $z %}"}, "End": True}}


def test_assignments_that_nothing_reads_go() -> None:
    definition = {
        "States": {
            "a": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "b"},
            "b": {
                "Type": "Task",
                "Arguments": {"Assign": {"kept": "{% $x %}"}},
                "Catch": [{"Assign": {"z": 1}, "Next": "c"}],
            },
        }
    }
    prune(definition)
    assert definition["States"]["a"]["Assign"] == {"x": 1}
    assert definition["States"]["b"] == {
        "Type": "Task",
        "Arguments": {"Assign": {"kept": "{% $x %}"}},
        "Catch": [{"Next": "c"}],
    }
