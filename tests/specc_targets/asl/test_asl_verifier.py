"""The verifier of emitted machines bites on each fault that it is there for."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from specc_targets.asl.verifier import verify_machine
from specc_targets.asl.verifier.jsonata import read
from specc_targets.asl.verifier.sdk_parameters import check_action

TASK: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "TimeoutSeconds": 1,
    "Output": {},
}


def _arguments(payload: Any) -> dict[str, Any]:
    return {"FunctionName": "specc-example-default", "Payload": payload}


GOOD: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "start",
    "States": {
        "start": {"Type": "Pass", "Assign": {"run": {"id": "{% $states.input.id %}"}}, "Next": "both"},
        "both": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "one",
                    "States": {"one": {**TASK, "Arguments": _arguments({"x": "{% $run.id %}"}), "End": True}},
                },
                {
                    "StartAt": "two",
                    "States": {
                        "two": {"Type": "Pass", "Assign": {"inner": 1}, "Next": "three"},
                        "three": {"Type": "Pass", "Output": {"x": "{% $inner + 1 %}"}, "End": True},
                    },
                },
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"result": 0}, "Next": "choose"}],
            "Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 1, "BackoffRate": 2.0, "MaxDelaySeconds": 3}],
            "Assign": {"result": "{% $states.result[1].x %}"},
            "Next": "choose",
        },
        "choose": {"Type": "Choice", "Choices": [{"Condition": "{% $result > 1 %}", "Next": "map"}], "Default": "end"},
        "map": {
            "Type": "Map",
            "Items": "{% [1..3] %}",
            "ItemSelector": {"run": "{% $run %}"},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "enter",
                "States": {
                    "enter": {"Type": "Pass", "Assign": {"run": "{% $states.input.run %}"}, "Next": "work"},
                    "work": {**TASK, "Arguments": _arguments({"x": "{% $run %}"}), "End": True},
                },
            },
            "Next": "end",
        },
        "end": {"Type": "Succeed", "Output": "{% $result %}"},
    },
}


def broken(change: Any) -> list[str]:
    definition = copy.deepcopy(GOOD)
    change(definition["States"], definition)
    return verify_machine(definition)


def test_a_good_machine_has_no_faults() -> None:
    assert verify_machine(GOOD) == []


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("which is no state", lambda s, _: s["start"].update(Next="nowhere")),
        ("is no state", lambda _, d: d.update(StartAt="nowhere")),
        ("never reached", lambda s, _: s.update(lost={"Type": "Succeed"})),
        ("two states are called", lambda s, _: s["map"]["ItemProcessor"]["States"].update(end={"Type": "Succeed"})),
        ("no good name", lambda s, _: (s.update({"a b": s.pop("end")}), s["choose"].update(Default="a b"), s["map"].update(Next="a b"))),
        ("may have no value", lambda s, _: s["end"].update(Output="{% $missing %}")),
        ("may have no value", lambda s, _: s["both"]["Catch"][0].pop("Assign")),
        ("may have no value", lambda s, _: s["both"]["Branches"][1]["States"]["three"].update(Output="{% $result %}")),
        ("belongs to the machine around", lambda s, _: s["map"]["ItemProcessor"]["States"]["work"].update(Arguments=_arguments({"x": "{% $result %}"}))),
        ("outer scope", lambda s, _: s["both"]["Branches"][1]["States"]["two"]["Assign"].update(run=1)),
        ("has no value in a state machine", lambda s, _: s["end"].update(Output="{% $ %}")),
        ("has no value in a state machine", lambda s, _: s["end"].update(Output="{% $$.x %}")),
        ("$eval", lambda s, _: s["end"].update(Output='{% $eval("1") %}')),
        ("on one line", lambda s, _: s["end"].update(Output="{% 1 +\n 1 %}")),
        ("on one line", lambda s, _: s["end"].update(Output="{% 1")),
        ("belongs to JSONPath", lambda s, _: s["start"].update(ResultPath="$.x")),
        ("belongs to JSONPath", lambda s, _: s["map"].update(ItemSelector={"x.$": "$.x"})),
        ("does not say QueryLanguage", lambda _, d: d.pop("QueryLanguage")),
        ("must stand alone", lambda s, _: s["both"]["Catch"][0]["ErrorEquals"].append("A")),
        ("must stand alone", lambda s, _: s["both"]["Catch"].append({"ErrorEquals": ["A"], "Assign": {"result": 1}, "Next": "end"})),
        ("no TimeoutSeconds", lambda s, _: s["both"]["Branches"][0]["States"]["one"].pop("TimeoutSeconds")),
        ("BackoffRate", lambda s, _: s["both"]["Retry"][0].update(BackoffRate=2)),
        ("IntervalSeconds", lambda s, _: s["both"]["Retry"][0].update(IntervalSeconds=0)),
        ("MaxDelaySeconds", lambda s, _: s["both"]["Retry"][0].update(MaxDelaySeconds=1)),
        ("matches nothing", lambda s, _: s["both"]["Retry"][0].update(ErrorEquals=[])),
        ("exactly one way on", lambda s, _: s["start"].update(End=True)),
        ("exactly one way on", lambda s, _: s["start"].pop("Next")),
        ("has no Default", lambda s, _: s["choose"].pop("Default")),
        ("cannot assign", lambda s, _: s["end"].update(Assign={"x": 1})),
        ("Fail has no Output", lambda s, _: s["end"].update(Type="Fail")),
        ("has no Retry", lambda s, _: s["start"].update(Retry=[])),
    ],
)  # fmt: skip
def test_it_bites(fault: str, change: Any) -> None:
    assert any(fault in found for found in broken(change)), broken(change)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("$a.b + $b", {"a", "b"}),
        ("($x := $a; $x + $x)", {"a"}),
        ("$map($a, function($v, $i) { $v * $i })", {"a"}),
        ("\"$text\" & '$text' & $a.`$field`", {"a"}),
        ("$contains($a, /\\$x\\/[/]/) ? $b : 1 / $c", {"a", "b", "c"}),
        ("$a.($ + 1)", {"a"}),
        ("$a[$ > 1]", {"a"}),
        ("/* $no */ $a", {"a"}),
        ("[1..3].($string($))", set()),
    ],
)
def test_variables_of_an_expression(text: str, variables: set[str]) -> None:
    found = read(text)
    assert found.variables == variables
    assert found.faults == []


@pytest.mark.parametrize("text", ['"open', "(1", "1)", "`open", "$a[$]]"])
def test_unreadable_expressions(text: str) -> None:
    assert read(text).faults


def test_parameters_where_no_model_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case of the first letter is all that is known then."""
    monkeypatch.setattr("specc_targets.asl.verifier.sdk_parameters.available", frozenset)
    assert list(check_action("s3", "getObject", {"Bucket": "b", "Anything": 1})) == []
    (fault,) = check_action("s3", "getObject", {"bucket": "b"})
    assert fault == "parameter bucket must be written Bucket of `aws-sdk:s3:getObject`"


def test_acronyms_in_names_of_parameters() -> None:
    given = {"Bucket": "b", "Key": "k", "SSEKMSKeyId": "i"}
    assert [*check_action("s3", "putObject", given)] == [
        "parameter SSEKMSKeyId must be written SsekmsKeyId of `aws-sdk:s3:putObject`"
    ]
    assert [*check_action("s3", "putObject", {"Bucket": "b", "Key": "k", "SsekmsKeyId": "i"})] == []
