"""The names of what is deployed. A machine refers to its functions and jobs by these, in every account and region."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.ir.module import Module

LONGEST = 64
"""Letters of the name of a role, a schedule or a rule (IAM and EventBridge quotas)."""
_DIGITS = 8
_BUCKET = 24
"""Letters of a name that CloudFormation certainly keeps in those that it makes up."""

_ENVIRONMENT = 100
"""Letters of a name that still has room for what Pulumi's provider adds to it, of 128."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names in one stack of one spec."""

    prefix: str
    """`specc-SPEC`, or `specc-SPEC-STACK`; also the name of the stack and of the state machine."""

    @classmethod
    def of(cls, module: Module) -> Names:
        """The names of a module, in the stack that it was compiled for."""
        stack, name = module.deployment.stack, module.deployment.spec or module.name
        return cls(f"specc-{name}-{stack}" if stack else f"specc-{name}")

    @property
    def machine(self) -> str:
        """The state machine."""
        return self.prefix

    def sub_machine(self, spec: str) -> str:
        """The state machine of a spec that this one runs as a step."""
        return f"{self.prefix}-{spec}"

    def compute(self, profile: str) -> str:
        """What runs the steps of a compute profile: a Lambda function, a job definition or a task definition."""
        return f"{self.prefix}-{profile}"

    def queue(self, profile: str) -> str:
        """The job queue that is made for a compute profile."""
        return self.compute(profile)

    def environment(self, profile: str) -> str:
        """What the name of the compute environment of a queue begins with: the deployment makes up the rest."""
        return f"{shortened(self.compute(profile), _ENVIRONMENT)}-"

    def function_logs(self, profile: str) -> str:
        """The log group of a Lambda function."""
        return f"/aws/lambda/{self.compute(profile)}"

    def container_logs(self, definition: str) -> str:
        """The log group of a job or task definition."""
        return f"/specc/{definition}"

    @property
    def machine_logs(self) -> str:
        """The log group of the state machine; with this prefix the service may always write to it."""
        return f"/aws/vendedlogs/states/{self.machine}"

    @property
    def store(self) -> str:
        """What the keys of everything in the stack's bucket that runs keep begin with; the store is there."""
        return self.prefix

    @property
    def bucket(self) -> str:
        """What the name of the bucket that is made begins with: the deployment makes up the rest."""
        return self.prefix[:_BUCKET].lower().replace("_", "-")

    @property
    def cluster(self) -> str:
        """The ECS cluster that is made for it."""
        return self.prefix

    def role(self, key: str) -> str:
        """The IAM role with this key in the deployment."""
        return shortened(f"{self.prefix}-{key}")

    def trigger(self, number: int) -> str:
        """The schedule or the event rule of the trigger at this place in the spec, counted from 0."""
        return shortened(f"{self.prefix}-trigger-{number + 1}")

    def alarm(self, what: str) -> str:
        """An alarm on the state machine."""
        return f"{self.prefix}-{what}"


def shortened(name: str, longest: int = LONGEST) -> str:
    """A name that is too long ends with digits of its hash instead, so that it stays different from others."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - _DIGITS - 1]}-{sha256(name.encode()).hexdigest()[:_DIGITS]}"
