"""What a definition tells of the steps of its machine."""

from __future__ import annotations

import pytest

from specc_targets.deployed.steps import Steps


@pytest.mark.parametrize(
    "called",
    [
        "work",
        "work:7",
        "work:live",
        "arn:aws:lambda:eu-north-1:1:function:work",
        "arn:aws:lambda:eu-north-1:1:function:work:7",
    ],
)
def test_the_logs_of_a_version_are_those_of_its_function(called: str) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": called}}
    assert Steps.of({"States": {"one": task}}).log_groups == ["/aws/lambda/work"]
