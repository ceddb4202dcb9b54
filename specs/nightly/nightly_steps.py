"""Readings of three sensors. They are made up, and the same each day."""

from typing import Any

HOURS = {"roof": range(24), "gate": range(0, 24, 2), "pond": range(3)}


def sensors(day: str) -> list[str]:
    """The sensors that were there on a day."""
    return sorted(HOURS) if day else []


def count(sensor: str, day: str) -> dict[str, Any]:
    """How many readings of a day a sensor has."""
    readings = [f"{day}T{hour:02}:00" for hour in HOURS[sensor]]
    return {"sensor": sensor, "readings": len(readings)}


def silent(counts: list[dict[str, Any]], least: int) -> list[str]:
    """The sensors with fewer readings than a good day has."""
    return [item["sensor"] for item in counts if item["readings"] < least]
