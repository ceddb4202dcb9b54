"""Tests that a spec carries."""

from typing import Annotated, Any

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand, wrong_type
from specc_schemas.names import Identifier
from specc_schemas.values import JsonValue, Text


class CallCount(Model):
    """How often a step is called."""

    min: Annotated[int, Field(ge=0)] | None = None
    """The least number of calls. Default: `0`. Example: `1`."""
    max: Annotated[int, Field(ge=0)] | None = None
    """The greatest number of calls. Default: no bound. Example: `3`."""


def _check_count(value: Any) -> dict[str, int]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return {"min": value, "max": value}
    raise wrong_type(value, "a number of calls or a table", "write for example `expect.calls.step = 3`")


CallChoice = Annotated[
    CallCount, Shorthand(_check_count, {"type": "integer", "minimum": 0, "examples": [3]}, expand=True)
]
"""A table, or just the number of calls."""


class Expectation(Model):
    """What must be true after the run."""

    outputs: dict[str, JsonValue] | None = None
    """Outputs and their values; others are not looked at. Default: none. Example: `{ song = "flappy goose" }`."""
    skipped: list[Text] | None = None
    """Exactly the steps that were skipped. Default: any. Example: `[]`."""
    calls: dict[str, CallChoice] | None = None
    """How often the function of a step (or what replaces it) is called: every item of `each` and every retry counts;
    `group/step` is a step inside of a group. Default: none. Example: `{ flap = 3, song = { min = 1, max = 2 } }`."""
    error: Text | None = None
    """The name of the error that the run fails with. Default: it succeeds. Example: `"ValueError"`."""


class TestCase(Model):
    """One run of the spec with some steps replaced, and what must come of it."""

    __test__ = False  # not a test of pytest's, whatever its name says

    name: Text
    """Required. What the test shows. Example: `"one bird"`."""
    params: dict[Identifier, JsonValue] | None = None
    """Parameters of the run. Default: their own defaults. Example: `{ limit = 1 }`."""
    mock: dict[str, JsonValue] | None = None
    """Results instead of running steps; `{ error = "Name" }` makes one fail, `{ each = [...] }` replaces the items
    of a step with `each` one by one. Default: none. Example: `{ birds = ["goose"] }`."""
    expect: Expectation
    """Required. What must be true afterwards. Example: `{ outputs = { song = "flappy goose" } }`."""
