"""Where steps run."""

from typing import Annotated, Literal

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand
from specc_schemas.names import LABEL, check_label
from specc_schemas.quantities import Duration, Size


class ComputeProfile(Model):
    """What a step runs on."""

    engine: Literal["lambda", "batch", "ecs", "local"] | None = None
    """The service that runs the step: `lambda` (default), `batch`, `ecs`, or `local`. Example: `"batch"`."""
    memory: Size | None = None
    """Memory, with a unit. Default: what the engine gives. Example: `"512MiB"`."""
    vcpu: Annotated[float, Field(gt=0)] | None = None
    """Number of virtual CPUs, for `batch` and `ecs`. Fractions are allowed. Example: `2`."""
    gpu: Annotated[int, Field(ge=0)] | None = None
    """Number of GPUs, for `batch`. Default: `0`. Example: `1`."""
    timeout: Duration | None = None
    """The longest a step may run on this profile. A step's own `timeout` may be shorter. Example: `"2h"`."""


ComputeChoice = Annotated[
    str | ComputeProfile,
    Shorthand(check_label, {"type": "string", "pattern": f"^{LABEL}$", "examples": ["small"]}),
]
"""The name of a profile in `[compute]`, or a profile written in place."""
