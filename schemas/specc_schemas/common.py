"""Blocks that every kind of spec shares."""

from typing import Annotated

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.choices import PackageFormat, ParameterType, Processor, TextFormat
from specc_schemas.compute import ComputeChoice
from specc_schemas.policies import RetryChoice
from specc_schemas.quantities import Duration
from specc_schemas.values import JsonSchema, JsonValue, Text, form


class ParameterOverride(Model):
    """What a stack says about a parameter: like the parameter itself, but nothing is required."""

    type: ParameterType | None = None
    """The type of its values. Default: the parameter's own. Example: `"integer"`."""
    description: str | None = None
    """What the parameter is for; shown in help. Default: none. Example: `"how many birds"`."""
    default: JsonValue = None
    """The value when none is given. Default: none, so that the parameter must be given. Example: `3`."""
    title: str | None = None
    """A heading for forms. Default: none. Example: `"Birds"`."""
    examples: list[JsonValue] | None = None
    """Values to show in help. Default: none. Example: `[3, 5]`."""
    enum: Annotated[list[JsonValue], Field(min_length=1)] | None = None
    """The only values allowed. Default: any value of the type. Example: `["day", "month"]`."""
    const: JsonValue = None
    """The only value allowed. Default: any value of the type. Example: `1`."""
    minimum: float | None = None
    """Numbers: the least value. Default: no bound. Example: `1`."""
    maximum: float | None = None
    """Numbers: the greatest value. Default: no bound. Example: `100`."""
    exclusive_minimum: Annotated[float | None, Field(alias="exclusiveMinimum")] = None
    """Numbers: every value is greater than this. Default: no bound. Example: `0`."""
    exclusive_maximum: Annotated[float | None, Field(alias="exclusiveMaximum")] = None
    """Numbers: every value is less than this. Default: no bound. Example: `1`."""
    multiple_of: Annotated[Annotated[float, Field(gt=0)] | None, Field(alias="multipleOf")] = None
    """Numbers: every value is a multiple of this. Default: any number. Example: `10`."""
    min_length: Annotated[Annotated[int, Field(ge=0)] | None, Field(alias="minLength")] = None
    """Texts: the least number of characters. Default: no bound. Example: `1`."""
    max_length: Annotated[Annotated[int, Field(ge=0)] | None, Field(alias="maxLength")] = None
    """Texts: the greatest number of characters. Default: no bound. Example: `80`."""
    pattern: str | None = None
    """Texts: a regular expression that is found in every value. Default: any text. Example: `"^[a-z]+$"`."""
    format: TextFormat | None = None
    """Texts: a format of JSON Schema. Default: any text. Example: `"email"`."""
    items: JsonSchema | None = None
    """Arrays: the JSON Schema of every item. Default: any item. Example: `{ type = "string" }`."""
    min_items: Annotated[Annotated[int, Field(ge=0)] | None, Field(alias="minItems")] = None
    """Arrays: the least number of items. Default: no bound. Example: `1`."""
    max_items: Annotated[Annotated[int, Field(ge=0)] | None, Field(alias="maxItems")] = None
    """Arrays: the greatest number of items. Default: no bound. Example: `10`."""
    unique_items: Annotated[bool | None, Field(alias="uniqueItems")] = None
    """Arrays: no item twice. Default: `false`. Example: `true`."""
    properties: dict[str, JsonSchema] | None = None
    """Objects: the JSON Schema of each key. Default: any value. Example: `{ name = { type = "string" } }`."""
    required: list[str] | None = None
    """Objects: keys that must be there. Default: none. Example: `["name"]`."""
    additional_properties: Annotated[JsonSchema | None, Field(alias="additionalProperties")] = None
    """Objects: whether other keys may be there, or their JSON Schema. Default: `true`. Example: `false`."""


class Parameter(ParameterOverride):
    """A typed input of the run, given as `-p name=value`."""

    type: ParameterType
    """Required. The type of its values. Example: `"integer"`."""


class Defaults(Model):
    """What every step inherits that does not say otherwise."""

    timeout: Duration | None = None
    """The longest that one attempt of a step may take. Default: no bound. Example: `"5m"`."""
    retry: RetryChoice | None = None
    """How a failure is retried. Default: not at all. Example: `{ max = 2, delay = "1s" }`."""
    compute: ComputeChoice | None = None
    """Where steps run: a profile's name or a table. Default: the engine `lambda`. Example: `"small"`."""


class Package(Model):
    """What is shipped with the code of the steps."""

    root: Text | None = None
    """Folder of the code, from this file. Default: `"."`. Example: `"src"`."""
    include: list[Text] | None = None
    """Further files to ship, as patterns. Default: none. Example: `["data/**/*.csv"]`."""
    python: Annotated[str, form(r"3\.[0-9]{1,2}", "a version of Python", '"3.12"')] | None = None
    """The version of Python that runs the steps. Default: the one that compiles. Example: `"3.12"`."""
    requirements: Text | None = None
    """File that lists the dependencies: `uv.lock`, `pyproject.toml` or `requirements.txt`. Default: none.
    Example: `"uv.lock"`."""
    format: PackageFormat | None = None
    """What is built. Default: `"zip"`. Example: `"image"`."""
    arch: Processor | None = None
    """The processor it runs on. Default: `"arm64"`. Example: `"x86_64"`."""
