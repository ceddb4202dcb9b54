"""The battery: micro-machines with one fault each, and the valid twin of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "specc_targets/asl/verifier_battery"


@dataclass(frozen=True)
class Pair:
    """A machine with one fault, and one without that looks like it."""

    area: str
    name: str
    fault: str
    """A part of the message that names the state and says what is wrong."""
    invalid: dict[str, Any]
    valid: dict[str, Any]
    late: bool
    """Whether AWS creates the machine all the same, which then goes wrong when it runs."""

    @property
    def id(self) -> str:
        """A name for reports."""
        return f"{self.area}-{self.name.replace(' ', '-')}"


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs, by area."""
    return tuple(_pairs())


def _pairs() -> Iterator[Pair]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            unknown = entry.keys() - {"name", "fault", "invalid", "valid", "late"}
            if unknown:
                raise ValueError(f"{path}: {entry['name']}: unknown keys {sorted(unknown)}")
            yield Pair(
                path.stem,
                entry["name"],
                entry["fault"],
                _machine(entry["invalid"]),
                _machine(entry["valid"]),
                entry.get("late", False),
            )


def _machine(text: dict[str, Any]) -> dict[str, Any]:
    if "StartAt" in text:
        return text
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(text)), "States": text}
