"""What happens when a step fails, how often it runs again, and what is remembered of it."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand, wrong_type
from specc_schemas.choices import MatrixMode, OnMax
from specc_schemas.names import Identifier
from specc_schemas.quantities import Duration
from specc_schemas.values import Expression, FunctionName, JsonValue, Source, Text


class Retry(Model):
    """Runs a failed step again."""

    max: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many retries follow the first attempt. Default: `2`. Example: `5`."""
    delay: Duration | None = None
    """Time before the first retry. Default: `"1s"`. Example: `"500ms"`."""
    backoff: Annotated[float, Field(ge=1, le=100)] | None = None
    """The delay grows by this factor each time. Default: `2.0`. Example: `1.5`."""
    max_delay: Duration | None = None
    """The delay never grows beyond this. Default: no bound. Example: `"1m"`."""
    jitter: bool | None = None
    """Wait a random time between zero and the delay. Default: `false`. Example: `true`."""
    on: Annotated[list[Text], Field(min_length=1)] | None = None
    """Which errors are retried: Python exception classes, `exit`, `timeout`, `throttled`, `lost`, or `*` for any.
    Default: `["*"]`. Example: `["TimeoutError"]`."""


def _check_retry(value: Any) -> dict[str, int]:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000:
        return {"max": value}
    raise wrong_type(value, "a number of retries (0 to 1000) or a table", "write for example `retry = { max = 2 }`")


RetryChoice = Annotated[
    Retry,
    Shorthand(_check_retry, {"type": "integer", "minimum": 0, "maximum": 1000, "examples": [2]}, expand=True),
]
"""A table, or just the number of retries."""


class OnError(Model):
    """What replaces the result of a step that failed: exactly one of `use` and `run`."""

    use: JsonValue = None
    """The value used as the step's result; it may refer to `${error.name}` and `${error.message}`. Example: `0`."""
    run: Identifier | None = None
    """The step that runs instead and whose result is used. Example: `"cleanup"`."""


class Repeat(Model):
    """Runs a step again and again, each time with the previous result as `last`."""

    start: JsonValue = None
    """What `last` is the first time. Default: null. Example: `{ ckpt = "none" }`."""
    until: Expression | None = None
    """Stop when this is true of the result just produced. Default: run `max` times. Example: `"${last.done}"`."""
    max: Annotated[int, Field(ge=1)]
    """Required. The most times that the step runs. Example: `100`."""
    on_max: OnMax | None = None
    """What happens after `max` runs. Default: `fail` where there is an `until`, else `stop`. Example: `"stop"`."""


class Cache(Model):
    """Reuses a result when code and inputs are the same."""

    key: Annotated[list[JsonValue], Field(min_length=1)] | None = None
    """What decides besides the code. Default: the step's inputs. Example: `["${params.day}"]`."""
    ttl: Duration | None = None
    """How long a result may be reused. Default: for ever. Example: `"7d"`."""


def _check_cache(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong_type(value, "a boolean or a table", "write for example `cache = true`")


CacheChoice = Annotated[bool | Cache, Shorthand(_check_cache, {"type": "boolean"})]
"""`true`, or a table that says more."""


class MatrixSource(Model):
    """Configurations that a function gives while the spec compiles."""

    call: FunctionName
    """Required. The function that gives them, as `module:function`. Example: `"sweeps:generate"`."""
    with_: Annotated[dict[str, JsonValue] | None, Field(alias="with")] = None
    """The function's arguments, all constant. Default: none. Example: `{ seed = 1 }`."""
    max: Annotated[int, Field(ge=1)] | None = None
    """Refuse more configurations than this. Default: `500`. Example: `100`."""


class MatrixRange(Model):
    """An axis of whole numbers."""

    range: Annotated[list[int], Field(min_length=1, max_length=3)]
    """Required. `[stop]`, `[start, stop]` or `[start, stop, step]`, as in Python. Example: `[0, 5]`."""


def _check_axis(value: Any) -> list[Any]:
    if isinstance(value, list) and value:
        checked: list[Any] = value
        return checked
    expected = "at least one value in the axis" if value == [] else "a list of values or `{ range = [start, stop] }`"
    raise wrong_type(value, expected, "write for example `[0.1, 0.01]`")


MatrixAxis = Annotated[list[Any] | MatrixRange, Shorthand(_check_axis, {"type": "array", "minItems": 1})]
"""The values that one name takes."""


class Matrix(Model):
    """One copy of the step for each combination of its axes, made while the spec compiles. Any other key is an axis."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    __pydantic_extra__: dict[Identifier, MatrixAxis]

    include: list[dict[str, JsonValue]] | None = None
    """Combinations to add. Default: none. Example: `[{ lr = 1.0, seed = 0 }]`."""
    exclude: list[dict[str, JsonValue]] | None = None
    """Combinations to leave out. Default: none. Example: `[{ lr = 0.1, seed = 3 }]`."""
    mode: MatrixMode | None = None
    """How axes are combined. Default: `"grid"`. Example: `"zip"`."""
    from_: Annotated[MatrixSource | None, Field(alias="from")] = None
    """Take the configurations from a function. Default: none. Example: `{ call = "sweeps:generate", max = 500 }`."""


Sources = Annotated[dict[Identifier, Source], Field(min_length=1)]
"""Lists by the name that each item is bound to."""
