"""What the calls of services leave to do."""

from typing import Any, TypedDict


class Sighting(TypedDict):
    id: str
    bird: str


def new(sightings: list[Sighting], kept: list[dict[str, Any] | None]) -> str:
    """The birds that were not known; what was kept is an object, what was known is null."""
    return ", ".join(sighting["bird"] for sighting, answer in zip(sightings, kept, strict=True) if answer is not None)
