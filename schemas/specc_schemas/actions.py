"""The tables that some actions of a step are written with."""

from typing import Annotated

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand
from specc_schemas.choices import Answer, HttpMethod
from specc_schemas.names import VariableName
from specc_schemas.quantities import DURATION, Duration
from specc_schemas.values import EXPRESSION, Expression, JsonValue, Text, check_wait, form

AwsAction = Annotated[
    str,
    form(r"[a-z][a-z0-9-]*:[a-z][A-Za-z0-9]*", "of the form `service:action`", '"dynamodb:putItem"'),
]
"""`service:action` of an SDK call."""


class Container(Model):
    """A container image and what to run in it."""

    image: Text
    """Required. The image, with a tag or a digest. Example: `"python:3.12-slim"`."""
    command: list[str] | None = None
    """The command and its arguments. Default: the image's own. Example: `["python", "train.py"]`."""
    env: dict[VariableName, str] | None = None
    """Environment of this container alone. Default: none. Example: `{ LOG_LEVEL = "INFO" }`."""


class Http(Model):
    """An HTTP request. Its result is the response's body, parsed when it is JSON."""

    url: Text
    """Required. Where to. Example: `"https://example.org/items/${params.id}"`."""
    method: HttpMethod | None = None
    """The method. Default: `"GET"`. Example: `"POST"`."""
    headers: dict[str, str] | None = None
    """Headers by name; `${secrets.NAME}` may stand in them. Default: none.
    Example: `{ Accept = "application/json" }`."""
    query: dict[str, JsonValue] | None = None
    """Query parameters by name. Default: none. Example: `{ page = 1 }`."""
    body: JsonValue = None
    """The body; anything but a string is sent as JSON. Default: none. Example: `{ name = "${params.name}" }`."""


class WaitUntil(Model):
    """A pause up to a moment."""

    until: Expression
    """Required. A time stamp with offset, ISO 8601. Example: `"${steps.plan.starts_at}"`."""


WaitChoice = Annotated[
    str | WaitUntil,
    Shorthand(check_wait, {"type": "string", "pattern": f"{EXPRESSION}|^{DURATION}$", "examples": ["30s"]}),
]
"""A duration, an expression that gives one, or a moment."""


Person = Annotated[str, form(r"(user|role):[^\s:,]+", "`user:NAME` or `role:NAME`", '"role:owner"')]
"""Who may decide."""


class Approve(Model):
    """A question to a person."""

    by: Annotated[list[Person], Field(min_length=1)]
    """Required. Who may decide: `role:...` or `user:...`. Example: `["role:owner"]`."""
    timeout: Duration | None = None
    """How long to wait for an answer. Default: for ever. Example: `"24h"`."""
    on_timeout: Answer | None = None
    """What no answer within `timeout` means. Default: `"reject"`. Example: `"approve"`."""
    message: str | None = None
    """What the person is asked. Default: whether the step may go on. Example: `"publish ${steps.build.version}?"`."""


AgentTask = dict[str, JsonValue]
"""A task for an agent, as in a spec of kind `agent`."""
