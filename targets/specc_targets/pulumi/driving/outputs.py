"""`specc outputs`: what a stack that stands says of itself, whoever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc_targets.deployed.errors import Refused
from specc_targets.deployed.stack import CloudStack
from specc_targets.pulumi.driving.engine import Engine, EngineFailed
from specc_targets.pulumi.driving.setup import Say, Setup
from specc_targets.pulumi.driving.telling import failed

if TYPE_CHECKING:
    from specc.frontend import Compilation


def outputs(compilation: Compilation, spec: str, say: Say) -> dict[str, tuple[Any, bool]]:
    """Output -> its value, and whether it is secret. Raises `TargetError`, also where nothing is deployed."""
    setup = Setup.of(compilation, spec)
    if setup.exists is not True:
        stack = CloudStack(setup.account, setup.name)
        if stack.described() is not None:
            return {name: (value, False) for name, value in stack.outputs().items()}
    if setup.exists is False:
        raise _not_deployed(setup)
    program = setup.make_project()
    engine = Engine(setup, program, say)
    try:
        if not engine.select():
            raise _not_deployed(setup)
        return engine.outputs()
    except EngineFailed as error:
        raise failed(setup, program, error) from None


def _not_deployed(setup: Setup) -> Refused:
    called = f"{setup.spec} --stack {setup.folders.stack}"
    return Refused(f"`{setup.name}` is not deployed at {setup.account.place}; `specc up {called}` does that")
