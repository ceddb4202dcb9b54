"""What differs between environments."""

from typing import Annotated

from specc_schemas.base import Model
from specc_schemas.common import Defaults, Package, ParameterOverride
from specc_schemas.compute import ComputeProfile
from specc_schemas.names import Identifier, LabelName, VariableName
from specc_schemas.pulumi import Pulumi
from specc_schemas.triggers import Trigger
from specc_schemas.values import RoleArn, SecretSource, Text, form


class Location(Model):
    """Where things are deployed."""

    region: Annotated[str, form(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", "an AWS region", '"eu-north-1"')] | None = None
    """The AWS region. Default: that of the credentials. Example: `"eu-north-1"`."""
    endpoint: Annotated[str, form(r"https?://\S+", "an http address", '"http://127.0.0.1:5000"')] | None = None
    """Address of an AWS emulator; every client honours it. Default: AWS itself. Example: `"http://127.0.0.1:5000"`."""
    bucket: Text | None = None
    """The bucket that holds data between steps. Default: one is made. Example: `"acme-prod-specc"`."""
    protect: bool | None = None
    """Refuse to destroy the stack or to lose data. Default: `false`. Example: `true`."""
    role: RoleArn | None = None
    """An existing IAM role for the state machine. Default: one that allows just what the steps need.
    Example: `"arn:aws:iam::123456789012:role/birds"`."""


class Stack(Location):
    """One environment: where it is, and what it overrides."""

    params: dict[Identifier, ParameterOverride] | None = None
    """Parameters that differ here. Default: none. Example: `{ limit = { default = 10 } }`."""
    env: dict[VariableName, str] | None = None
    """Environment that differs here. Default: none. Example: `{ LOG_LEVEL = "WARNING" }`."""
    secrets: dict[VariableName, SecretSource] | None = None
    """Secrets read from elsewhere here. Default: none. Example: `{ API_KEY = "ssm:/prod/key" }`."""
    defaults: Defaults | None = None
    """Defaults that differ here. Default: none. Example: `{ timeout = "10m" }`."""
    compute: dict[LabelName, ComputeProfile] | None = None
    """Profiles that differ here. Default: none. Example: `{ small = { memory = "1GiB" } }`."""
    package: Package | None = None
    """Packaging that differs here. Default: none. Example: `{ arch = "x86_64" }`."""
    pulumi: Pulumi | None = None
    """What differs here when Pulumi deploys. Default: none. Example: `{ backend = "s3://acme-prod-state" }`."""
    triggers: list[Trigger] | None = None
    """Triggers used here instead. Default: those of the spec. Example: `[]`."""
    tags: dict[str, str] | None = None
    """Further tags. Default: none. Example: `{ stage = "prod" }`."""
