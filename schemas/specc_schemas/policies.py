"""What happens when a step fails, how often it runs again, and what is remembered of it."""

from typing import Annotated, Any

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand, wrong_type
from specc_schemas.choices import OnMax
from specc_schemas.names import Identifier
from specc_schemas.quantities import Duration
from specc_schemas.values import Expression, JsonValue, Source, Text


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


Sources = Annotated[dict[Identifier, Source], Field(min_length=1)]
"""Lists by the name that each item is bound to."""
