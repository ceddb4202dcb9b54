"""Deployments on the emulator: what each is made of, and how one run of it goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import specc_runtime
from permissions.recorded import ACCOUNT, REGION
from specc import targets
from specc.frontend import check
from specc.ir.module import Module
from specc_targets.aws import model
from specc_targets.aws.containers import CONTAINER_NAME
from specc_targets.aws.deployment import Container, Function, Machine, Role, Stack
from specc_targets.aws.iam.documents import Where, statement_of
from specc_targets.aws.iam.roles import roles
from specc_targets.aws.names import Names
from specc_targets.emulator.client import Emulator
from specc_targets.emulator.deploy import create_container, python_files, zip_files

HERE = Path(__file__).parent
SPECS = HERE / "specs"
BUCKET = "bucket-of-the-stack"


@dataclass(frozen=True, eq=False)
class World:
    """A stack, and what must be there before it runs."""

    name: str
    load: Callable[[], Stack]
    prepare: Callable[[Emulator], object] = lambda _: None
    code: Path = SPECS / "functions"
    input: Any = field(default_factory=dict)

    @property
    def stack(self) -> Stack:
        """Made once."""
        return _stack(self)

    @property
    def where(self) -> Where:
        """The place where it is deployed."""
        return Where(
            region=REGION,
            account=ACCOUNT,
            bucket=BUCKET,
            roles={role.key: self.role_arn(role.key) for role in self.stack.roles},
        )

    def role_arn(self, key: str) -> str:
        """The ARN of one of its roles."""
        return f"arn:aws:iam::{ACCOUNT}:role/{self.role_name(key)}"

    def role_name(self, key: str) -> str:
        """The name of one of its roles."""
        return f"{self.stack.name}-{key}"

    def policy(self, role: Role) -> list[dict[str, Any]]:
        """What a role may do, as IAM has it."""
        return [dict(statement_of(statement, self.where)) for statement in role.statements]


@cache
def _stack(world: World) -> Stack:
    return world.load()


def of_spec(path: Path, stack: str | None = None) -> Stack:
    """What is deployed for a spec."""
    compilation = check(path, stack=stack)
    assert not compilation.failed, compilation.diagnostics
    assert compilation.module is not None
    assert compilation.context is not None
    module = targets.load("asl").legalize(compilation.context, compilation.module)
    found = model.stack(compilation.context, module)
    assert found is not None, compilation.diagnostics
    return found


def by_hand(
    name: str, states: dict[str, Any], functions: tuple[str, ...] = (), containers: tuple[Container, ...] = ()
) -> Stack:
    """A stack around the states of a machine, one after the other."""
    order = list(states)
    linked = {
        state: {**content, **({"Next": after} if after else {"End": True})}
        for (state, content), after in zip(states.items(), [*order[1:], None], strict=True)
    }
    definition = {"QueryLanguage": "JSONata", "StartAt": order[0], "States": linked}
    machine = Machine(name=f"specc-{name}", definition=json.dumps(definition), role="machine", logs=f"/logs/{name}")
    made = Stack(
        name=f"specc-{name}",
        description=name,
        region=None,
        bucket=None,
        store=f"specc-{name}",
        protect=False,
        machines=(machine,),
        functions=tuple(_function(name, profile) for profile in functions),
        containers=containers,
        roles=(),
        triggers=(),
        tags=(),
        python="3.12",
        arch="arm64",
        package_format="zip",
    )
    return replace(made, roles=roles(Module(name=name), made))


def _function(name: str, profile: str) -> Function:
    return Function(
        name=f"specc-{name}-{profile}",
        profile=profile,
        handler="specc_runtime.lambda_handler.handler",
        memory=512,
        timeout=60,
        environment=(),
        role=f"function-{profile}",
        logs=f"/aws/lambda/specc-{name}-{profile}",
    )


def deploy(server: Emulator, world: World) -> str:
    """Make the functions and the machine of a world, each with its role; gives the machine's ARN."""
    world.prepare(server)
    stack = world.stack
    for role in stack.roles:
        _create_role(server, world, role)
    for function in stack.functions:
        server.functions.create_function(
            FunctionName=function.name,
            Runtime="python3.12",
            Role=world.role_arn(function.role),
            Handler=function.handler,
            Code={"ZipFile": _code(world.code)},
            Timeout=function.timeout,
            MemorySize=function.memory,
            Environment={
                "Variables": {**dict(function.environment), "SPECC_STORE": f"s3://{BUCKET}/{stack.store}"},
            },
        )
    for container in stack.containers:
        create_container(
            server,
            _listed(stack, container),
            {**dict(container.environment), "SPECC_STORE": f"s3://{BUCKET}/{stack.store}"},
            world.role_arn(container.role),
        )
    made = [
        server.step_functions.create_state_machine(
            name=machine.name, definition=machine.definition, roleArn=world.role_arn(machine.role)
        )
        for machine in stack.machines
    ]
    return made[0]["stateMachineArn"]


def _listed(stack: Stack, container: Container) -> dict[str, Any]:
    """A container as `containers.json` has it."""
    names = Names(stack.name)
    return {
        "name": container.name,
        "engine": container.engine,
        "container": CONTAINER_NAME,
        "image": container.image,
        "command": list(container.command),
        "vcpu": container.vcpu,
        "memory": container.memory,
        "queue": container.queue or names.queue(container.profile),
        "cluster": container.cluster or names.cluster,
    }


def passed_roles(world: World) -> dict[str, list[str]]:
    """The roles that each task definition hands on."""
    return {
        item.name: [world.role_arn(item.role), world.role_arn(item.execution_role)] for item in world.stack.containers
    }


def _create_role(server: Emulator, world: World, role: Role) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": role.principal}}
    name = world.role_name(role.key)
    server.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )


@cache
def _code(folder: Path) -> bytes:
    runtime = Path(specc_runtime.__file__).parent
    files = {f"specc_runtime/{name}": content for name, content in python_files(runtime).items()}
    return zip_files({**python_files(folder), **files})
