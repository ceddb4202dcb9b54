"""Settings of a person or a repository: `specc.config.toml`."""

from typing import Annotated

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.choices import LogColor, LogFormat, LogLevel
from specc_schemas.names import LabelName
from specc_schemas.stacks import Location, Stack
from specc_schemas.tracking import Tracking
from specc_schemas.values import Text, form


class LogSettings(Model):
    """What is told while specc works."""

    level: LogLevel | None = None
    """The least important messages that are shown. Default: `"info"`. Example: `"debug"`."""
    format: LogFormat | None = None
    """What messages look like. Default: `"text"`. Example: `"json"`."""
    color: LogColor | None = None
    """Whether output is coloured. Default: `"auto"`. Example: `"never"`."""


class StoreSettings(Model):
    """Where local runs keep their data."""

    location: (
        Annotated[
            str,
            form(r"(?!s3:)[^\s].*|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/.*)?", "a folder or an S3 URL", '".specc"'),
        ]
        | None
    ) = None
    """A folder, or `s3://bucket/prefix`. Default: `.specc` beside the spec. Example: `"s3://acme-specc/runs"`."""


class Settings(Location):
    """The content of a file `specc.config.toml`."""

    schema_: Annotated[str | None, Field(alias="$schema")] = None
    """For editors: where the JSON Schema of this file is. Default: none.
    Example: `"https://specc.dev/schemas/v1/config.schema.json"`."""
    stack: LabelName | None = None
    """The stack used when none is named. Default: none. Example: `"dev"`."""
    target: Text | None = None
    """The target used when none is named. Default: `"asl"`. Example: `"local"`."""
    log: LogSettings | None = None
    """What is told while specc works. Default: none. Example: `{ level = "debug" }`."""
    store: StoreSettings | None = None
    """Where local runs keep their data. Default: none. Example: `{ location = ".specc" }`."""
    tracking: Tracking | None = None
    """Where metrics of runs go, under what the spec says. Default: nowhere.
    Example: `{ mlflow = "http://127.0.0.1:5000" }`."""
    stacks: Annotated[dict[LabelName, Stack] | None, Field(examples=[{"dev": {"region": "eu-north-1"}}])] = None
    """Settings of environments for every spec, under what the spec says. Default: none. Example: `[stacks.dev]`."""
