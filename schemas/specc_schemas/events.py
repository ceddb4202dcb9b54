"""What a run tells: the lines of `specc run --log-format json`, and of a run's `events.jsonl` and `log.jsonl`.

Every line is a JSON object whose `event` says which of these it is. Later versions may add events and fields; what is
here keeps its meaning.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Part(BaseModel):
    """Part of a line."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Line(Part):
    """What every line has."""

    time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]
    """When it happened, in UTC with microseconds: `2026-05-04T10:15:00.123456Z`."""
    run: str
    """The run's id, the same on every line of a run: `20260504-101500-1f7a3c`. Empty before the run has one."""
    step: str
    """The step, with the groups around it: `process/fetch`. Empty for the run as a whole."""
    items: list[int]
    """The index in each map around what happened, outermost first; empty outside of maps."""


class Fault(Part):
    """Why something failed."""

    name: str
    """The error's name, as `retry.on` and `on_error` know it: `ValueError`."""
    message: str
    """What it says. Secrets are shown as `***`."""
    step: str
    """The step that it comes from, which may be inside the one that the line is about."""
    items: list[int]
    """The items that it comes from."""
    traceback: str
    """The function's own traceback; empty when no function was running."""


class RunStarted(Line):
    """A run began, or goes on. The first line of a run."""

    event: Literal["run-started"]
    name: str
    """The spec's name."""
    total: int
    """Steps outside of groups, without those of `finally`."""
    resumed: bool
    """Whether the run had ended before and now goes on."""


class RunEnded(Line):
    """A run ended. The last line of the engine; diagnostics may follow."""

    event: Literal["run-ended"]
    status: Literal["succeeded", "failed", "interrupted"]
    """How."""
    seconds: float
    """How long it took."""


class StepStarted(Line):
    """A step began. Steps of a single item of a map are not told."""

    event: Literal["step-started"]
    total: int | None
    """For a map: how many items it has."""


class StepFinished(Line):
    """A step has its result. Steps of a single item of a map are not told."""

    event: Literal["step-finished"]
    seconds: float
    """How long it took, with its retries."""
    cached: bool
    """Whether the result was known, from the cache or from before the run was resumed, and nothing was called."""


class StepWaiting(Line):
    """A step asks people, and waits for one of them to decide: `specc approve`."""

    event: Literal["step-waiting"]
    message: str
    """What they are asked. Secrets are shown as `***`."""
    by: list[str]
    """Who may decide: `user:NAME`, `role:NAME`."""
    timeout: float | None
    """Seconds that it waits; null: for ever."""


class StepSkipped(Line):
    """A step is skipped. Steps of a single item of a map are not told."""

    event: Literal["step-skipped"]
    because: str | None
    """The skipped step that it uses; null when its own `when` was false."""


class StepFailed(Line):
    """A step, or an item of a map, failed for good. What is around it may still handle or tolerate it."""

    event: Literal["step-failed"]
    error: Fault | None
    """Why."""


class StepRecovered(Line):
    """A step failed, and its `on_error` gave a result."""

    event: Literal["step-recovered"]
    error: Fault | None
    """Why it failed."""


class ItemsFinished(Line):
    """How far a map is. Told about once a second while it goes on, and at its end."""

    event: Literal["items-finished"]
    done: int
    """Items that have ended, well or not."""
    total: int
    """Items that there are."""
    failed: int
    """Items that ended without a result."""


class Retrying(Line):
    """An attempt failed, and another follows."""

    event: Literal["retrying"]
    attempt: int
    """The number of the retry that follows: 1 for the first."""
    delay: float
    """Seconds until then."""
    error: Fault | None
    """Why the attempt failed."""


class Log(Line):
    """A line that a step printed or logged."""

    event: Literal["log"]
    stream: Literal["stdout", "stderr", "logging"]
    """Where it was written to; `logging` is Python's module."""
    level: str | None
    """For what was logged: `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`, or a name of the user's."""
    text: str
    """The line, without its end. Secrets are shown as `***`."""


class Diagnosed(Line):
    """What is to be said about the spec, or about how the run ended, with a place in the spec."""

    event: Literal["diagnostic"]
    diagnostic: dict[str, Any]
    """The object that `specc check --format json` prints for it: `code`, `severity`, `message` and more."""


Event = Annotated[
    RunStarted
    | RunEnded
    | StepStarted
    | StepFinished
    | StepWaiting
    | StepSkipped
    | StepFailed
    | StepRecovered
    | ItemsFinished
    | Retrying
    | Log
    | Diagnosed,
    Field(discriminator="event"),
]
"""Any line."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a line."""
    schema = TypeAdapter(Event).json_schema()
    for name, table in schema["$defs"].items():
        table["title"] = name
        for key, value in table["properties"].items():
            value.pop("title", None)
            if key == "event":
                value["description"] = "Which line this is."
    del schema["discriminator"]  # OpenAPI's: a JSON Schema has the `const` of each arm
    return {"description": "A line of what a run tells.", **schema}
