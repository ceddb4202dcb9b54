"""The same stack, written for Pulumi and for CloudFormation, says the same thing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from judges.ladder import rung
from judges.programs.cases import CASES
from judges.programs.parity import MEANT, compare, compared, sides, unused
from judges.programs.running import Recorded

pytestmark = pytest.mark.slow
Record = Callable[[str, object], None]
Run = Callable[..., Recorded]


@pytest.mark.parametrize("name", CASES)
def test_both_say_the_same(name: str, run: Run, record_property: Record) -> None:
    found = compare(CASES[name], run(name))
    assert found.faults == ()
    assert found.same >= 8
    rung(record_property, "parity", same=found.same, meant=len(found.meant))


def test_every_difference_is_there(run: Run) -> None:
    names = ("birds", "everything", "kept")
    assert unused({name: compare(CASES[name], run(name)) for name in names}) == []
    assert all(len(item.reason) > 20 for item in MEANT)


CHANGES: dict[str, Callable[[dict[Any, Any]], None]] = {
    "a resource less": lambda ours: ours.pop(("AWS::CloudWatch::Alarm", "specc-everything-failed")),
    "a resource more": lambda ours: ours.update({("AWS::SNS::Topic", "more"): {"Properties": {}}}),
    "another value": lambda ours: ours["AWS::Lambda::Function", "specc-everything-default"]["Properties"].update(Timeout=1),
    "a value less": lambda ours: ours["AWS::Lambda::Function", "specc-everything-default"]["Properties"].pop("Timeout"),
    "another format of logs": lambda ours: ours["AWS::Lambda::Function", "specc-everything-default"]["Properties"][
        "LoggingConfig"
    ].update(LogFormat="JSON"),
    "a permission more": lambda ours: ours["AWS::IAM::Role", "specc-everything-machine"]["Properties"]["Policies"][0][
        "PolicyDocument"
    ]["Statement"][0]["Action"].append("s3:*"),
    "data that is lost": lambda ours: ours["AWS::S3::Bucket", ""].update(DeletionPolicy="Retain"),
    "functions that are called by no version": lambda ours: ours[
        "AWS::StepFunctions::StateMachine", "specc-everything"
    ]["Properties"].update(
        DefinitionString=ours["AWS::StepFunctions::StateMachine", "specc-everything"]["Properties"][
            "DefinitionString"
        ].replace(':7"', '"')
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_comparison_bites(change: Callable[[dict[Any, Any]], None], run: Run) -> None:
    theirs, ours = sides(CASES["everything"], run("everything"))
    assert compared(theirs, ours).faults == ()
    spoilt = copy.deepcopy(ours)
    change(spoilt)
    assert spoilt != ours
    assert len(compared(theirs, spoilt).faults) == 1
