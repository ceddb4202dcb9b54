"""Whether somebody else has already made what a new stack would make: names at AWS say nothing of whose they are."""

from __future__ import annotations

from specc_targets.deployed.deploying import machine_of
from specc_targets.deployed.errors import Refused, client_error, code_of, told
from specc_targets.deployed.stack import CloudStack
from specc_targets.pulumi.driving.setup import Setup


def check_names_are_free(setup: Setup) -> None:
    """Look for the stack before anything of it is made. Raises `Refused`."""
    called = f"{setup.spec} --stack {setup.folders.stack}"
    if CloudStack(setup.account, setup.name).described() is not None:
        raise Refused(
            f"`{setup.name}` is deployed at {setup.account.place} by CloudFormation (`specc deploy`), and this would "
            f"make everything again under the same names; take that down first: `specc down {called}`"
        )
    if setup.exists is False and _has_machine(setup):
        raise Refused(
            f"`{setup.name}` is at {setup.account.place} already, and the state at {setup.backend.url} knows nothing "
            "of it: it was brought up from another folder or machine. Bring that state here, or name the place of it "
            "with `backend` of `[pulumi]` or PULUMI_BACKEND_URL"
        )


def _has_machine(setup: Setup) -> bool:
    """Whether there is a state machine of its name, which nearly all else is there for."""
    machine = machine_of(setup.module, setup.spec)
    with told(setup.account.endpoint):
        try:
            setup.account.client("stepfunctions").describe_state_machine(stateMachineArn=machine.arn)
        except client_error() as error:
            if code_of(error) == "StateMachineDoesNotExist":
                return False
            raise
    return True
