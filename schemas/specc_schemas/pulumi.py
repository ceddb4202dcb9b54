"""How a spec is deployed with Pulumi."""

from typing import Annotated

from specc_schemas.base import Model
from specc_schemas.values import Text, form

_BACKEND = (
    r"file://\S.*|(?:s3|gs)://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:[/?]\S*)?|azblob://[^\s/@]+(?:[/?]\S*)?"
    r"|https?://[^\s/@]+(?:/\S*)?"
)
"""Where Pulumi keeps state (Pulumi documentation, "pulumi login" and "Using a DIY backend"), never with a password."""
_SECRETS_PROVIDER = r"default|passphrase|(?:awskms|azurekeyvault|gcpkms|hashivault)://\S+"
"""What encrypts secrets in state (Pulumi documentation, "pulumi stack init")."""


class Pulumi(Model):
    """Deploying with Pulumi: further resources, and where its state is kept."""

    extra: Text | None = None
    """A Python file whose function `extra(resources)` adds resources of yours to the program. Path from this file.
    Default: none. Example: `"infra.py"`."""
    backend: Annotated[str, form(_BACKEND, "a place where Pulumi keeps state", '"s3://acme-pulumi-state"')] | None = (
        None
    )
    """Where Pulumi keeps the state: `file://`, `s3://`, `gs://`, `azblob://` or `https://`. Default:
    `PULUMI_BACKEND_URL`, else a folder of this machine. Example: `"s3://acme-pulumi-state"`."""
    secrets_provider: (
        Annotated[str, form(_SECRETS_PROVIDER, "a secrets provider of Pulumi", '"awskms://alias/specc"')] | None
    ) = None
    """What encrypts secrets in the state: `default`, `passphrase`, or a key such as `awskms://`. Default: that of
    the backend. Example: `"awskms://alias/specc?region=eu-north-1"`."""
    allow_data_loss: bool | None = None
    """Let an update replace or delete what holds data. Default: `false`. Example: `true`."""
