"""What people need: whoever deploys a stack, and whoever only runs it. Derived from everything that is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc_targets.aws.arns import Arn, bucket_arn
from specc_targets.aws.deployment import Condition, Stack, Statement
from specc_targets.aws.iam.grants import Grant, grants, named, statements, without_resources
from specc_targets.aws.iam.making import log_groups, making
from specc_targets.aws.iam.making_containers import making_containers
from specc_targets.aws.iam.making_pulumi import making_with_pulumi

if TYPE_CHECKING:
    from specc.ir.deployment import PulumiSettings


def deployer(stack: Stack) -> tuple[Statement, ...]:
    """What `specc deploy` and its `specc down` need, and everything that an operator may do."""
    return statements([*making(stack), *making_containers(stack), *_operation(stack)])


def deployer_with_pulumi(stack: Stack, settings: PulumiSettings) -> tuple[Statement, ...]:
    """What `specc up` and its `specc down` need, and everything that an operator may do."""
    return statements([*making_with_pulumi(stack, settings), *_operation(stack)])


def operator(stack: Stack) -> tuple[Statement, ...]:
    """What starting, watching, stopping and approving runs needs, and reading what they give."""
    return statements(_operation(stack))


def _operation(stack: Stack) -> list[Grant]:
    machines = [item.name for item in stack.machines]
    whole = [Arn("states", f"stateMachine:{name}") for name in machines]
    runs = [Arn("states", f"execution:{name}:*") for name in machines]
    follow = "DescribeExecution DescribeStateMachineForExecution GetExecutionHistory StopExecution"
    found = [
        *grants("StartRuns", named("states", "ListExecutions StartExecution"), *whole),
        *grants("FollowRuns", named("states", follow), *runs),
        *grants(
            "ReadLogs", "logs:FilterLogEvents", *(Arn("logs", f"log-group:{name}:*") for name in log_groups(stack))
        ),
        *grants("ReadResults", "s3:GetObject", bucket_arn(f"{stack.store}/*")),
    ]
    if any('"ArrayProperties"' in machine.definition for machine in stack.machines):
        found += without_resources("FollowJobs", "batch:DescribeJobs")
    return found + (_answers(stack) if _asks(stack) else [])


def _answers(stack: Stack) -> list[Grant]:
    """The questions of runs that wait are kept in the store."""
    functions = [Arn("lambda", f"function:{item.name}") for item in stack.functions]
    below = Condition(operator="StringLike", key="s3:prefix", values=(f"{stack.store}/*",))
    return [
        *without_resources("Answer", "states:SendTaskFailure", "states:SendTaskSuccess"),
        *grants("FindQuestions", "lambda:GetFunctionConfiguration", *functions),
        *grants("ListQuestions", "s3:ListBucket", bucket_arn(), conditions=(below,)),
        *grants("CloseQuestions", "s3:DeleteObject", bucket_arn(f"{stack.store}/*")),
    ]


def _asks(stack: Stack) -> bool:
    """Whether runs wait for the decisions of people."""
    return any(".waitForTaskToken" in machine.definition for machine in stack.machines)
