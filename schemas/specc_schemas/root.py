"""The part of a spec that does not depend on its kind."""

from typing import Annotated

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.common import Defaults, Package, Parameter
from specc_schemas.compute import ComputeProfile
from specc_schemas.names import Identifier, LabelName, SpecName, VariableName
from specc_schemas.pulumi import Pulumi
from specc_schemas.stacks import Stack
from specc_schemas.tests import TestCase
from specc_schemas.tracking import Tracking
from specc_schemas.triggers import Trigger
from specc_schemas.values import JsonValue, LanguageVersion, SecretSource, Text

LANGUAGE_VERSION = 1
"""The newest version of the language that these models describe."""

KINDS = ("pipeline", "validation", "agent")
"""Every kind of spec that the language knows."""


class Root(Model):
    """What every spec has."""

    schema_: Annotated[str | None, Field(alias="$schema")] = None
    """For editors: where the JSON Schema of this file is. Default: none.
    Example: `"https://specc.dev/schemas/v1/specc.schema.json"`."""
    specc: LanguageVersion
    """Required. The version of the language. Example: `1`."""
    name: SpecName
    """Required. The spec's name: lower-case letters, digits and `-`. Example: `"birds"`."""
    description: str | None = None
    """What the spec is for. Default: none. Example: `"flaps every bird"`."""
    extends: Annotated[list[Text], Field(min_length=1)] | None = None
    """Specs that this one is laid over; tables are merged. Paths from this file. Default: none.
    Example: `["base.toml"]`."""
    params: Annotated[
        dict[Identifier, Parameter] | None, Field(examples=[{"limit": {"type": "integer", "default": 3}}])
    ] = None
    """Typed inputs of the run, given as `-p name=value`. Default: none. Example: `[params.limit]`."""
    env: dict[VariableName, str] | None = None
    """Plain environment of every step. Default: none. Example: `{ LOG_LEVEL = "INFO" }`."""
    secrets: dict[VariableName, SecretSource] | None = None
    """Secrets by variable: where each is read, never its value. Default: none.
    Example: `{ API_KEY = "env:API_KEY" }`."""
    defaults: Defaults | None = None
    """What every step inherits that does not say otherwise. Default: none. Example: `{ timeout = "5m" }`."""
    compute: Annotated[dict[LabelName, ComputeProfile] | None, Field(examples=[{"small": {"memory": "512MiB"}}])] = None
    """Named profiles of what steps run on. Default: none. Example: `[compute.small]`."""
    outputs: dict[Identifier, JsonValue] | None = None
    """The run's result by name. Default: none. Example: `{ song = "${steps.join}" }`."""
    package: Package | None = None
    """What is shipped with the code. Default: the code beside this file, for the Python that compiles.
    Example: `{ root = "src" }`."""
    pulumi: Pulumi | None = None
    """How Pulumi deploys it. Default: none. Example: `{ extra = "infra.py" }`."""
    tracking: Tracking | None = None
    """Where metrics of runs go besides the folder of the run. Default: nowhere.
    Example: `{ mlflow = "http://127.0.0.1:5000" }`."""
    triggers: Annotated[list[Trigger] | None, Field(examples=[[{"schedule": {"cron": "0 9 * * 1-5"}}]])] = None
    """What starts the deployed pipeline. Default: none. Example: `[[triggers]]`."""
    stacks: Annotated[dict[LabelName, Stack] | None, Field(examples=[{"dev": {"region": "eu-north-1"}}])] = None
    """What differs between environments. Default: none. Example: `[stacks.dev]`."""
    tags: dict[str, str] | None = None
    """Tags on everything that is deployed. Default: none. Example: `{ team = "data" }`."""
    tests: Annotated[
        list[TestCase] | None,
        Field(examples=[[{"name": "one bird", "expect": {"outputs": {"song": "flappy goose"}}}]]),
    ] = None
    """Tests of the spec, run by `specc test`. Default: none. Example: `[[tests]]`."""
