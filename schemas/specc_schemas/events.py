"""What a run tells: the lines of `specc run --log-format json`, and of a run's `events.jsonl` and `log.jsonl`.

Every line is a JSON object whose `event` says which of these it is. Later versions may add events and fields; what is
here keeps its meaning.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from specc_schemas.choices import RunStatus, Stream
from specc_schemas.json_keys import described


class Part(BaseModel):
    """Part of a line."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Line(Part):
    """What every line has."""

    time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]
    """Required. When it happened, in UTC with microseconds. Example: `"2026-05-04T10:15:00.123456Z"`."""
    run: str
    """Required. The run's id, the same on every line of a run. Empty before the run has one.
    Example: `"20260504-101500-1f7a3c"`."""
    step: str
    """Required. The step, with the groups around it. Empty for the run as a whole. Example: `"process/fetch"`."""
    items: list[int]
    """Required. The index in each map around what happened, outermost first; empty outside of maps. Example: `[2]`."""


class Fault(Part):
    """Why something failed."""

    name: str
    """Required. The error's name, as `retry.on` and `on_error` know it. Example: `"ValueError"`."""
    message: str
    """Required. What it says. Secrets are shown as `***`. Example: `"no such bird"`."""
    step: str
    """Required. The step that it comes from, which may be inside the one that the line is about.
    Example: `"process/fetch"`."""
    items: list[int]
    """Required. The items that it comes from. Example: `[2]`."""
    traceback: str
    """Required. The function's own traceback; empty when no function was running. Example: `""`."""


class RunStarted(Line):
    """A run began, or goes on. The first line of a run."""

    event: Literal["run-started"]
    name: str
    """Required. The spec's name. Example: `"birds"`."""
    total: int
    """Required. Steps outside of groups, without those of `finally`. Example: `3`."""
    resumed: bool
    """Required. Whether the run had ended before and now goes on. Example: `false`."""


class RunEnded(Line):
    """A run ended. The last line of the engine; diagnostics may follow."""

    event: Literal["run-ended"]
    status: RunStatus
    """Required. How. Example: `"succeeded"`."""
    seconds: float
    """Required. How long it took, in seconds. Example: `1.25`."""


class StepStarted(Line):
    """A step began. Steps of a single item of a map are not told."""

    event: Literal["step-started"]
    total: int | None
    """Required. For a map: how many items it has; else null. Example: `20`."""
    cells: list[str]
    """Required. For a matrix: the names of its configurations, by index; else empty. Example: `["lr=0.1,seed=0"]`."""


class StepFinished(Line):
    """A step has its result. Steps of a single item of a map are not told."""

    event: Literal["step-finished"]
    seconds: float
    """Required. How long it took, with its retries, in seconds. Example: `0.5`."""
    cached: bool
    """Required. Whether the result was known, from the cache or from before the run was resumed, and nothing was
    called. Example: `false`."""


class StepWaiting(Line):
    """A step asks people, and waits for one of them to decide: `specc approve`."""

    event: Literal["step-waiting"]
    message: str
    """Required. What they are asked. Secrets are shown as `***`. Example: `"publish 1.2?"`."""
    by: list[str]
    """Required. Who may decide: `user:NAME`, `role:NAME`. Example: `["role:owner"]`."""
    timeout: float | None
    """Required. Seconds that it waits; null: for ever. Example: `86400`."""


class StepSkipped(Line):
    """A step is skipped. Steps of a single item of a map are not told."""

    event: Literal["step-skipped"]
    because: str | None
    """Required. The skipped step that it uses; null when its own `when` was false. Example: `"check"`."""


class StepFailed(Line):
    """A step, or an item of a map, failed for good. What is around it may still handle or tolerate it."""

    event: Literal["step-failed"]
    error: Fault | None
    """Required. Why.
    Example: `{"name": "ValueError", "message": "no such bird", "step": "flap", "items": [2], "traceback": ""}`."""


class StepRecovered(Line):
    """A step failed, and its `on_error` gave a result."""

    event: Literal["step-recovered"]
    error: Fault | None
    """Required. Why it failed.
    Example: `{"name": "ValueError", "message": "no such bird", "step": "flap", "items": [], "traceback": ""}`."""


class ItemStarted(Line):
    """An item of a map is under way. Calls that take less than half a second are not told."""

    event: Literal["item-started"]
    seconds: float
    """Required. How long it has been under way, in seconds. Example: `0.5`."""


class ItemsFinished(Line):
    """How far a map is. Told about once a second while it goes on, and at its end."""

    event: Literal["items-finished"]
    done: int
    """Required. Items that have ended, well or not. Example: `15`."""
    total: int
    """Required. Items that there are. Example: `20`."""
    failed: int
    """Required. Items that ended without a result. Example: `1`."""


class Retrying(Line):
    """An attempt failed, and another follows."""

    event: Literal["retrying"]
    attempt: int
    """Required. The number of the retry that follows: 1 for the first. Example: `1`."""
    delay: float
    """Required. Seconds until then. Example: `2.0`."""
    error: Fault | None
    """Required. Why the attempt failed.
    Example: `{"name": "TimeoutError", "message": "", "step": "fetch", "items": [], "traceback": ""}`."""


class Log(Line):
    """A line that a step printed or logged."""

    event: Literal["log"]
    stream: Stream
    """Required. Where it was written to. Example: `"stdout"`."""
    level: str | None
    """Required. For what was logged: `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`, or a name of the user's; else
    null. Example: `"INFO"`."""
    text: str
    """Required. The line, without its end. Secrets are shown as `***`. Example: `"14 birds"`."""


class Diagnosed(Line):
    """What is to be said about the spec, or about how the run ended, with a place in the spec."""

    event: Literal["diagnostic"]
    diagnostic: dict[str, Any]
    """Required. The object that `specc check --format json` prints for it: `code`, `severity`, `message` and more.
    Example: `{"code": "SPC501", "severity": "error", "message": "step `fetch` failed"}`."""


Event = Annotated[
    RunStarted
    | RunEnded
    | StepStarted
    | StepFinished
    | StepWaiting
    | StepSkipped
    | StepFailed
    | StepRecovered
    | ItemStarted
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
            text = value.pop("description", None) or f'Required. Which line this is. Example: `"{value["const"]}"`.'
            table["properties"][key] = described(key, value, " ".join(text.split()))
    del schema["discriminator"]  # OpenAPI's: a JSON Schema has the `const` of each arm
    return {"description": "A line of what a run tells.", **schema}
