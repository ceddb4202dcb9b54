"""A stack's place in AWS, for what runs on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
