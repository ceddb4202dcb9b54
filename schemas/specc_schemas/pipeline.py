"""A spec of kind `pipeline`."""

from typing import Annotated, Literal

from pydantic import Field

from specc_schemas.names import Identifier
from specc_schemas.root import Root
from specc_schemas.steps import Step


class PipelineSpec(Root):
    """Steps that form a graph through what they refer to."""

    kind: Literal["pipeline"]
    """Required. What the spec describes. Example: `"pipeline"`."""
    steps: Annotated[dict[Identifier, Step], Field(min_length=1, examples=[{"fetch": {"call": "birds:fetch"}}])]
    """Required. The steps by name; a reference `${steps.a}` makes one follow another. Example: `[steps.fetch]`."""
    finally_: Annotated[
        dict[Identifier, Step] | None, Field(alias="finally", examples=[{"clean_up": {"call": "birds:clean_up"}}])
    ] = None
    """Steps that run at the end whatever happened; they see `${run.status}`. Default: none.
    Example: `[finally.clean_up]`."""
