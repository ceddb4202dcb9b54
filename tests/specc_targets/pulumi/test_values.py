"""The values of properties, judged by the schemas of CloudFormation that cfn-lint brings along."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from judges.ladder import rung
from judges.programs.cases import CASES, compiled
from judges.programs.running import Recorded
from judges.programs.translation import NotTranslatedError, as_template, translated
from judges.programs.words import FILES, PARTS, WHOLE

pytestmark = pytest.mark.slow
Record = Callable[[str, object], None]
Run = Callable[..., Recorded]
Resources = dict[str, dict[str, Any]]
BEYOND = {
    (
        "AWS::IAM::InstanceProfile",
        "Tags",
    ): "IAM has had tags of instance profiles since 2021; CloudFormation's type has none"
}
"""What CloudFormation's schemas do not know, and why it is there all the same."""
Change = Callable[[dict[str, Any]], None]


def faults(resources: Resources) -> list[str]:
    """What cfn-lint has to say, its hints too."""
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    matches = lint(as_template(resources), config=ManualArgs(regions=["eu-west-1"], include_checks=["I"]))
    return [f"{match.rule.id} {'/'.join(map(str, match.path))}: {match.message}" for match in matches]


def words(name: str, run: Run) -> Resources:
    """The resources of a program in CloudFormation's words, without what CloudFormation does not know."""
    found = run(name)
    own = {key: item for key, item in found.wanted.items() if key in compiled(CASES[name]).places}
    made = copy.deepcopy(translated(own))
    for item in made.values():
        for kind, key in BEYOND:
            if item["Type"] == kind:
                item["Properties"].pop(key, None)
    return made


def test_every_value_is_one_that_aws_takes(run: Run, record_property: Record) -> None:
    everything: Resources = {}
    judged = asked = 0
    for name, case in CASES.items():
        found = words(name, run)
        everything |= {f"{name} {key}": item for key, item in found.items()}
        made = [run(name).wanted[key] for key in compiled(case).places]
        asked += len(made)
        judged += sum(item.type not in FILES for item in made)
    assert faults(everything) == []
    types = {run(name).wanted[key].type for name, case in CASES.items() for key in compiled(case).places}
    assert types == {*WHOLE, *PARTS, *FILES}, "each line of the table is of use"
    assert asked - judged == 2, "archives are no resources of CloudFormation's"
    rung(record_property, "values", good=judged, resources=asked)


def set_(path: str, value: Any) -> Change:
    """Set the input at a path."""

    def change(inputs: dict[str, Any]) -> None:
        *parts, last = path.split(".")
        for part in parts:
            inputs = inputs[int(part)] if isinstance(inputs, list) else inputs[part]
        inputs[last] = value

    return change


def replaced(key: str, before: str, after: str) -> Change:
    """Change a text that is an input."""

    def change(inputs: dict[str, Any]) -> None:
        assert before in inputs[key]
        inputs[key] = inputs[key].replace(before, after)

    return change


def without(key: str) -> Change:
    """Leave an input out."""
    return lambda inputs: inputs.pop(key)


BAD: dict[str, tuple[str, Change]] = {
    "logs for 31 days": ("state-machine-logs", set_("retentionInDays", 31)),
    "a name that is too long": ("state-machine", set_("name", "x" * 81)),
    "a function with too little memory": ("default-function", set_("memorySize", 64)),
    "a function that runs too long": ("default-function", set_("timeout", 901)),
    "a processor that there is none of": ("default-function", set_("architectures", ["arm65"])),
    "an odd kind of tracing": ("default-function", set_("tracingConfig.mode", "active")),
    "a package of an odd kind": ("default-function", set_("packageType", "zip")),
    "a policy of another version": ("machine-policy", replaced("policy", "2012-10-17", "2012-10-18")),
    "a policy with no effect": ("machine-policy", replaced("policy", '"Allow"', '"allow"')),
    "an action without a service": ("machine-policy", replaced("policy", '"lambda:InvokeFunction"', '"InvokeFunction"')),
    "a state machine of an odd type": ("state-machine", set_("type", "Standard")),
    "a level of logging that there is none of": ("state-machine", set_("loggingConfiguration.level", "WARN")),
    "a state machine without a role": ("state-machine", without("roleArn")),
    "an alarm with an odd operator": ("failed-alarm", set_("comparisonOperator", "GreaterOrEqual")),
    "an alarm of seven seconds": ("failed-alarm", set_("period", 7)),
    "a schedule without a window": ("schedule-1", without("flexibleTimeWindow")),
    "a window that is off in small letters": ("schedule-1", set_("flexibleTimeWindow.mode", "off")),
    "a rule in an odd state": ("event-rule-3", set_("state", "enabled")),
    "a job that runs nowhere": ("big-job", set_("platformCapabilities", ["fargate"])),
    "a retry that does nothing": ("big-job", set_("retryStrategy.evaluateOnExits.0.action", "TRY")),
    "eleven attempts": ("big-job", set_("retryStrategy.attempts", 11)),
    "a time limit that is too short": ("big-job", set_("timeout.attemptDurationSeconds", 59)),
    "a job without an image": ("big-job", replaced("containerProperties", '"image"', '"picture"')),
    "a compute environment of an odd kind": ("big-compute-environment", set_("computeResources.type", "SPOT_FARGATE")),
    "a queue in an odd state": ("big-queue", set_("state", "enabled")),
    "a task on an odd network": ("task-task", set_("networkMode", "vpc")),
    "a task with an odd number of processors": ("task-task", set_("cpu", "500")),
    "a task that nothing runs": ("task-task", set_("requiresCompatibilities", ["FARGATE_SPOT"])),
    "encryption that S3 knows not": ("bucket-encryption", set_("rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "AES-256")),
    "an odd owner": ("bucket-ownership", set_("rule.objectOwnership", "Owner")),
    "a rule of a life that is neither on nor off": ("bucket-lifecycle", set_("rules.0.status", "On")),
    "too many letters in a tag": ("bucket", set_("tags", {"x" * 129: "y"})),
}  # fmt: skip
"""What is wrong -> the resource of `everything`, and how it is spoilt."""


def test_the_judge_bites(run: Run, record_property: Record) -> None:
    good = {key: item for key, item in run("everything").wanted.items() if key in compiled(CASES["everything"]).places}
    spoilt: Resources = {}
    for number, (name, change) in enumerate(BAD.values()):
        inputs = copy.deepcopy(dict(good[name].inputs))
        change(inputs)
        assert inputs != good[name].inputs
        bad = translated({**good, name: dataclasses.replace(good[name], inputs=inputs)})
        for key, item in translated(good).items():
            if item != bad.get(key):
                spoilt[f"bad {number} {key}"] = bad[key]
    text = "\n".join(faults(spoilt))
    missed = [what for number, what in enumerate(BAD) if f"Resources/Bad{number}" not in text]
    assert missed == []
    rung(record_property, "values", caught=len(BAD) - len(missed), bad=len(BAD))


def test_what_has_no_line_is_an_error(run: Run) -> None:
    good = run("birds").wanted
    odd = dataclasses.replace(good["bucket"], inputs={**good["bucket"].inputs, "forceDestroy": True})
    with pytest.raises(NotTranslatedError, match="forceDestroy"):
        translated({**good, "bucket": odd})
    with pytest.raises(NotTranslatedError, match="aws:s3/bucketAcl"):
        translated(
            {**good, "more": dataclasses.replace(good["bucket"], type="aws:s3/bucketAcl:BucketAcl", name="more")}
        )


def test_what_cloudformation_does_not_know_is_in_use(run: Run) -> None:
    made = translated(run("everything").wanted).values()
    for kind, key in BEYOND:
        assert any(item["Type"] == kind and key in item["Properties"] for item in made)
