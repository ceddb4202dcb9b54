"""How the test provider fails: in the words that the real one finds, so that messages are mapped alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


class ProviderError(Exception):
    """What a resource cannot be, or what the cloud answered."""


class InputError(ProviderError):
    """An input that the provider does not take: unknown, of a wrong kind, missing, or not one of the choices."""

    def __init__(self, path: str, said: str) -> None:
        super().__init__(f"invalid or unknown key `{path}`: {said}")
        self.path = path


class NotKeptError(ProviderError):
    """A declared property that reads back as something else, with no entry in the table of what moto leaves out."""


def answered(action: str, service: str, operation: str, error: ClientError) -> ProviderError:
    """What AWS said, with the operation, the status and the code in the form of the real provider."""
    found = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return ProviderError(
        f"{action}: operation error {service}: {operation}, https response error StatusCode: {status}, "
        f"RequestID: 00000000-0000, {found.get('Code')}: {found.get('Message')}"
    )
