"""The part of a spec that does not depend on its kind."""

from typing import Annotated, Literal

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.common import Defaults, Package, Parameter
from specc_schemas.compute import ComputeProfile
from specc_schemas.names import Identifier, LabelName, SpecName, VariableName
from specc_schemas.pulumi import Pulumi
from specc_schemas.stacks import Stack
from specc_schemas.tests import TestCase
from specc_schemas.triggers import Trigger
from specc_schemas.values import JsonValue, SecretSource, Text

LANGUAGE_VERSION = 1
"""The newest version of the language that these models describe."""

KINDS = ("pipeline", "validation", "agent")
"""Every kind of spec that the language knows."""


class Root(Model):
    """What every spec has."""

    schema_: Annotated[str | None, Field(alias="$schema")] = None
    """For editors: where the JSON Schema of this file is. Example: `"https://specc.dev/schemas/v1/specc.schema.json"`."""
    specc: Literal[1]
    """Required. The version of the language. Example: `1`."""
    name: SpecName
    """Required. The spec's name: lower-case letters, digits and `-`. Example: `"birds"`."""
    description: str | None = None
    """What the spec is for. Example: `"flaps every bird"`."""
    extends: Annotated[list[Text], Field(min_length=1)] | None = None
    """Specs that this one is laid over; tables are merged. Paths from this file. Example: `["base.toml"]`."""
    params: dict[Identifier, Parameter] | None = None
    """Typed inputs of the run, given as `-p name=value`. Example: `[params.limit]`."""
    env: dict[VariableName, str] | None = None
    """Plain environment of every step. Example: `{ LOG_LEVEL = "INFO" }`."""
    secrets: dict[VariableName, SecretSource] | None = None
    """Secrets by variable: where each is read, never its value. Example: `{ API_KEY = "env:API_KEY" }`."""
    defaults: Defaults | None = None
    """What every step inherits that does not say otherwise. Example: `{ timeout = "5m" }`."""
    compute: dict[LabelName, ComputeProfile] | None = None
    """Named profiles of what steps run on. Example: `[compute.small]`."""
    outputs: dict[Identifier, JsonValue] | None = None
    """The run's result by name. Example: `{ song = "${steps.join}" }`."""
    package: Package | None = None
    """What is shipped with the code. Example: `{ root = "src" }`."""
    pulumi: Pulumi | None = None
    """How Pulumi deploys it. Example: `{ extra = "infra.py" }`."""
    triggers: list[Trigger] | None = None
    """What starts the deployed pipeline. Example: `[[triggers]]`."""
    stacks: dict[LabelName, Stack] | None = None
    """What differs between environments. Example: `[stacks.dev]`."""
    tags: dict[str, str] | None = None
    """Tags on everything that is deployed. Example: `{ team = "data" }`."""
    tests: list[TestCase] | None = None
    """Tests of the spec, run by `specc test`. Example: `[[tests]]`."""
