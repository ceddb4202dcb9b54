"""Tests that a spec carries."""

from specc_schemas.base import Model
from specc_schemas.names import Identifier
from specc_schemas.values import JsonValue, Text


class Expectation(Model):
    """What must be true after the run."""

    outputs: dict[str, JsonValue] | None = None
    """Outputs and their values; others are not looked at. Example: `{ song = "flappy goose" }`."""
    skipped: list[Text] | None = None
    """Exactly the steps that were skipped. Example: `[]`."""
    error: Text | None = None
    """The name of the error that the run fails with. Default: it succeeds. Example: `"ValueError"`."""


class TestCase(Model):
    """One run of the spec with some steps replaced, and what must come of it."""

    __test__ = False  # not a test of pytest's, whatever its name says

    name: Text
    """Required. What the test shows. Example: `"one bird"`."""
    params: dict[Identifier, JsonValue] | None = None
    """Parameters of the run. Example: `{ limit = 1 }`."""
    mock: dict[str, JsonValue] | None = None
    """Results instead of running steps; `{ error = "Name" }` makes one fail. Example: `{ birds = ["goose"] }`."""
    expect: Expectation
    """Required. What must be true afterwards. Example: `{ outputs = { song = "flappy goose" } }`."""
