"""Where steps run."""

from typing import Annotated

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand
from specc_schemas.choices import Engine
from specc_schemas.names import LABEL, check_label
from specc_schemas.quantities import Duration, Size
from specc_schemas.values import RoleArn, Text


class ComputeProfile(Model):
    """What a step runs on."""

    engine: Engine | None = None
    """The service that runs the step. Default: `"lambda"`. Example: `"batch"`."""
    memory: Size | None = None
    """Memory. Default: what the engine gives. Example: `"512MiB"`."""
    vcpu: Annotated[float, Field(gt=0)] | None = None
    """Number of virtual CPUs, for `batch` and `ecs`. Fractions are allowed. Default: the least that fits.
    Example: `2`."""
    gpu: Annotated[int, Field(ge=0)] | None = None
    """Number of GPUs, for `batch`. Default: `0`. Example: `1`."""
    timeout: Duration | None = None
    """The longest a step may run on this profile. A step's own `timeout` may be shorter. Default: no bound.
    Example: `"2h"`."""
    spot: bool | None = None
    """For `batch` and `ecs`: use spare capacity, which may be taken away (error `lost`). Default: `false`.
    Example: `true`."""
    queue: Text | None = None
    """For `batch`: an existing job queue, by name or ARN. Default: one is made. Example: `"gpu-queue"`."""
    cluster: Text | None = None
    """For `ecs`: an existing cluster, by name or ARN. Default: one is made. Example: `"research"`."""
    subnets: Annotated[list[Text], Field(min_length=1)] | None = None
    """For `batch` and `ecs`: the subnets that containers run in. Default: none; whoever deploys is asked.
    Example: `["subnet-0a1b2c3d"]`."""
    security_groups: Annotated[list[Text], Field(min_length=1)] | None = None
    """For `batch` and `ecs`: their security groups. Default: none; whoever deploys is asked.
    Example: `["sg-0a1b2c3d"]`."""
    image: Text | None = None
    """For `batch` and `ecs`: an image that holds the code. Default: the one that `specc build` makes.
    Example: `"123456789012.dkr.ecr.eu-north-1.amazonaws.com/birds:1"`."""
    role: RoleArn | None = None
    """An existing IAM role for the code. Default: one that allows just what the steps need.
    Example: `"arn:aws:iam::123456789012:role/birds"`."""


ComputeChoice = Annotated[
    str | ComputeProfile,
    Shorthand(check_label, {"type": "string", "pattern": f"^{LABEL}$", "examples": ["small"]}),
]
"""The name of a profile in `[compute]`, or a profile written in place."""
