"""The statements of roles, from machines written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from permissions.worlds import by_hand
from specc_targets.aws.deployment import Container, Stack
from specc_targets.aws.iam.documents import Where, statement_of
from specc_targets.aws.iam.grants import grants, statements, without_resources


def _task(resource: str, **arguments: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": arguments}


def _container(role: str, **more: Any) -> Container:
    return Container(
        name=f"specc-x-{role}", profile=role, engine="ecs", vcpu=1, memory=512, role=f"job-{role}",
        execution_role="execution", logs=f"/specc/{role}", **{"image": None, "command": (), **more},
    )  # fmt: skip


def _machine(stack: Stack) -> dict[str, dict[str, Any]]:
    """The statements of the machine by name, without those that every machine has."""
    roles = {role.key: f"arn:aws:iam::1:role/{role.key}" for role in stack.roles}
    where = Where(region="r", account="1", bucket="data", roles=roles)
    role = next(role for role in stack.roles if role.key == "machine")
    found: dict[str, dict[str, Any]] = {item.sid: dict(statement_of(item, where)) for item in role.statements}
    return {sid: statement for sid, statement in found.items() if sid not in {"DeliverLogs", "Trace"}}


def test_http_endpoints() -> None:
    connection = "arn:aws:events:r:1:connection/web/1"
    task = _task(
        "http:invoke",
        ApiEndpoint='{% "https://a.org/" & $x %}',
        Method="GET",
        Authentication={"ConnectionArn": connection},
    )
    found = _machine(by_hand("x", {"Ask": task}))
    assert found["CallAddresses"]["Resource"] == ["arn:aws:states:r:1:stateMachine:specc-x"]
    assert found["CallAddresses"]["Condition"] == {
        "StringEquals": {"states:HTTPMethod": ["GET"]},
        "StringLike": {"states:HTTPEndpoint": ["https://a.org/*"]},
    }
    assert found["UseConnections"]["Resource"] == [connection]
    assert found["ReadConnections"]["Resource"] == ["arn:aws:secretsmanager:r:1:secret:events!connection/*"]


def test_roles_of_own_tasks_are_passed_on() -> None:
    own = by_hand(
        "x", {"Run": _task("ecs:runTask", TaskDefinition="specc-x-a")}, containers=(_container("a"), _container("b"))
    )
    found = _machine(own)["PassRolesToTasks"]
    assert found["Resource"] == ["arn:aws:iam::1:role/execution", "arn:aws:iam::1:role/job-a"]
    assert found["Condition"] == {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}}


def test_roles_of_other_tasks_are_not_known() -> None:
    stack = by_hand(
        "x", {"Run": _task("ecs:runTask.sync", TaskDefinition="other:3", Cluster="arn:aws:ecs:r:1:cluster/c")}
    )
    found = _machine(stack)
    assert found["PassRolesToTasks"]["Resource"] == ["*"]
    assert found["EcsRunTask"]["Resource"] == ["arn:aws:ecs:r:1:task-definition/other:3"]
    assert found["EcsStopTask"]["Resource"] == ["arn:aws:ecs:r:1:task/c/*"]
    (role,) = [role for role in stack.roles if role.key == "machine"]
    assert "is not part of the stack" in {item.sid: item.reason for item in role.statements}["PassRolesToTasks"]


def test_roles_among_parameters_are_passed_on() -> None:
    role = "arn:aws:iam::123456789012:role/for-glue"
    found = _machine(by_hand("x", {"Make": _task("aws-sdk:glue:createJob", Name="j", Role=role)}))
    assert found["PassRoles"]["Resource"] == [role]
    assert "PassRoles" not in _machine(by_hand("x", {"Be": _task("aws-sdk:sts:assumeRole", RoleArn=role)}))


def test_jobs_that_are_followed() -> None:
    found = _machine(by_hand("x", {"Build": _task("codebuild:startBuild.sync", ProjectName="p")}))
    assert set(found) == {"CodebuildStartBuild", "CodebuildStopBuild", "CodebuildBatchGetBuilds", "ListenForEnds"}
    assert found["ListenForEnds"]["Resource"] == [
        "arn:aws:events:r:1:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"
    ]


def test_nested_states_are_seen() -> None:
    inner = {"StartAt": "Put", "States": {"Put": {**_task("dynamodb:putItem", TableName="t", Item={}), "End": True}}}
    for outer in ({"Type": "Parallel", "Branches": [inner]}, {"Type": "Map", "ItemProcessor": inner}):
        assert set(_machine(by_hand("x", {"Outer": outer}))) == {"DynamodbPutItem"}


def test_an_image_of_somebody_elses_may_nothing() -> None:
    stack = by_hand("x", {"Wait": {"Type": "Pass"}}, containers=(_container("a", image="busybox", command=("true",)),))
    roles = {role.key: role for role in stack.roles}
    assert roles["job-a"].statements == ()
    assert [item.sid for item in roles["execution"].statements] == ["WriteLogs"]


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:3", "arn:aws:ecr:eu-west-1:123456789012:repository/team/app"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:3", "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app"),
        (None, "arn:aws:ecr:r:1:repository/*"),
    ],
)  # fmt: skip
def test_images_in_a_registry_of_aws(image: str | None, repository: str) -> None:
    stack = by_hand("x", {"Wait": {"Type": "Pass"}}, containers=(_container("a", image=image),))
    role = next(role for role in stack.roles if role.key == "execution")
    found = {item.sid: statement_of(item, Where(region="r", account="1")) for item in role.statements}
    assert found["PullImage"]["Resource"] == [repository]
    assert found["SignIn"]["Resource"] == ["*"]


def test_grants_that_others_include_are_left_out() -> None:
    wide, narrow = ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a")
    made = statements([*grants("A", "s3:GetObject", wide), *grants("B", "s3:GetObject s3:PutObject", wide)])
    assert [(item.sid, item.actions) for item in made] == [("A", ("s3:GetObject",)), ("B", ("s3:PutObject",))]
    made = statements([*grants("A", "s3:GetObject", narrow), *without_resources("B", "s3:GetObject")])
    assert [(item.sid, item.resources) for item in made] == [("B", ("*",))]


def test_a_statement_allows_no_more_than_its_grants() -> None:
    made = statements([*grants("A", "s3:GetObject", "arn:1"), *grants("A", "s3:PutObject", "arn:2")])
    assert [(item.sid, item.actions, item.resources) for item in made] == [
        ("A", ("s3:GetObject",), ("arn:1",)),
        ("A2", ("s3:PutObject",), ("arn:2",)),
    ]
