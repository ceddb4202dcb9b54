"""The tables that some actions of a step are written with."""

import re
from typing import Annotated, Any

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.checked import Shorthand, wrong_type
from specc_schemas.choices import Answer, HttpMethod
from specc_schemas.names import IDENTIFIER, VariableName
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


ModuleName = Annotated[
    str,
    form(r"[^\s:/\\.]+(\.[^\s:/\\.]+)*", "the name of a module, with dots", '"training.main"'),
]
"""The name of a Python module."""

FilePattern = Annotated[
    str,
    form(r"(?!/)(?!(.*/)?\.\.(/|$))[^\\]+", "the name or pattern of files below the working directory", '"*.png"'),
]
"""A name or pattern of files, relative and never above where it starts."""

FileName = Annotated[
    str,
    form(r"(?!/)(?!(.*/)?\.\.(/|$))(?!.*/$)[^\\]+", "the name of a file below the working directory", '"config.json"'),
]
"""A file, relative and never above where it starts."""


class JsonFile(Model):
    """A result that a script leaves in a file."""

    json_: Annotated[FilePattern, Field(alias="json")]
    """Required. A file of JSON in the working directory, which the script writes. Example: `"metrics.json"`."""


def _check_outputs(value: Any) -> Any:
    if value == "last_line":
        return value
    if isinstance(value, list) and value:
        return [_check_global(item) for item in value]
    raise wrong_type(value, "a list of globals, `last_line` or a table", 'write for example `["accuracy"]`')


def _check_global(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(IDENTIFIER, value):
        return value
    raise wrong_type(value, "the name of a global", 'write for example `["accuracy"]`')


ScriptOutputs = Annotated[
    str | list[str] | JsonFile,
    Shorthand(
        _check_outputs,
        {
            "type": ["string", "array"],
            "pattern": "^last_line$",
            "minItems": 1,
            "items": {"type": "string", "pattern": f"^{IDENTIFIER}$"},
            "examples": [["accuracy"], "last_line"],
        },
    ),
]
"""Globals by name, the last line printed, or a file of JSON."""

ExitCode = Annotated[str, form("[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]", "an exit status, 1 to 255", '"3"')]
"""An exit status other than 0."""

ExitCodes = Annotated[
    dict[ExitCode, Annotated[str, form(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an error, or `ok`", '"NoData"')]],
    Field(min_length=1),
]
"""Exit status -> the name of an error, or `ok`."""
