"""A stack's place in AWS, for what runs on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from specc_runtime.environment import variables_set

if TYPE_CHECKING:
    from specc.ir.deployment import Deployment


@contextmanager
def stack_environment(deployment: Deployment) -> Iterator[None]:
    """Set region and endpoint of a stack where AWS's clients look for them, for as long as a run lasts.

    Credentials stay those of whoever runs it.
    """
    values: dict[str, str] = {}
    if deployment.region is not None:
        values |= {"AWS_REGION": deployment.region, "AWS_DEFAULT_REGION": deployment.region}
    if deployment.endpoint is not None:
        values["AWS_ENDPOINT_URL"] = deployment.endpoint
    with variables_set(values):
        yield
