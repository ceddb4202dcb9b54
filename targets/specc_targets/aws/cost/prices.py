"""List prices, from one dated file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "prices.json"
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Prices:
    """US dollars in one region."""

    region: str
    date: str
    transition: Decimal
    """One state transition of a Standard execution."""
    express_request: Decimal
    express_gb_second: Decimal
    lambda_request: Decimal
    lambda_gb_second: Mapping[str, Decimal]
    """By architecture, as the next two."""
    fargate_vcpu_hour: Mapping[str, Decimal]
    fargate_gb_hour: Mapping[str, Decimal]
    s3_put: Decimal
    """One PUT, COPY, POST or LIST."""
    s3_get: Decimal


@cache
def price_list() -> dict[str, Prices]:
    """All prices, by region."""
    text = json.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    found: dict[str, Prices] = {}
    for region, entries in text["regions"].items():
        found[region] = Prices(
            region=region,
            date=text["date"],
            lambda_gb_second=_by_arch(entries.pop("lambda_gb_second")),
            fargate_vcpu_hour=_by_arch(entries.pop("fargate_vcpu_hour")),
            fargate_gb_hour=_by_arch(entries.pop("fargate_gb_hour")),
            **{name: Decimal(entry) for name, entry in entries.items()},
        )
    return found


def _by_arch(entries: Mapping[str, str]) -> dict[str, Decimal]:
    return {arch: Decimal(entry) for arch, entry in entries.items()}


def prices_in(region: str | None) -> Prices:
    """The prices of a region; those of `us-east-1` where it is not in the file."""
    known = price_list()
    return known.get(region or DEFAULT_REGION, known[DEFAULT_REGION])
