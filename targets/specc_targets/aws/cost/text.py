"""An estimate as a table, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from specc_targets.asl.item_counts import MapSize
from specc_targets.aws.cost.estimate import Estimate, Line
from specc_targets.aws.cost.usage import CONTAINER_SECONDS, HELPER_SECONDS

_CENTS = Decimal("0.0001")
_SHOWN = 5
_THOUSAND = 1000


def as_text(found: Estimate) -> str:
    """The table that `specc cost` prints."""
    return "\n".join(_lines(found)) + "\n"


def as_data(found: Estimate) -> dict[str, Any]:
    """The same for programs; amounts of money and fractions are texts."""
    return {
        "name": found.name,
        "region": found.prices.region,
        "prices": found.prices.date,
        "items": {
            size.step: {
                "items": size.items,
                "iterations": size.iterations,
                "source": size.source,
                **({"jobs": size.jobs} if size.jobs is not None else {}),
            }
            for size in found.sizes
        },
        "assumed_seconds": {
            "call": plain(found.assumed.seconds),
            "helper": plain(HELPER_SECONDS),
            "container": plain(CONTAINER_SECONDS),
            "steps": {name: plain(seconds) for name, seconds in found.assumed.of.items()},
        },
        "lines": [
            {
                "what": line.what,
                "unit": line.unit,
                "price": plain(line.price),
                "typical": plain(line.typical),
                "most": plain(line.most),
                "typical_usd": plain(line.typical * line.price),
                "most_usd": plain(line.most * line.price),
            }
            for line in found.lines
        ],
        "typical_usd": plain(found.typical),
        "most_usd": plain(found.most),
        "steps": [
            {"step": step.name, "typical_usd": plain(step.typical), "most_usd": plain(step.most)}
            for step in found.steps
        ],
        "notes": list(found.notes),
    }


def plain(number: Decimal) -> str:
    """A number without exponent and needless zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _lines(found: Estimate) -> Iterator[str]:
    yield f"{found.name}: a run in {found.prices.region}, list prices of {found.prices.date} (check them), US dollars"
    yield ""
    for size in found.sizes:
        yield f"  {size.step}: {size.items:,} items ({_SOURCES[size.source]}){_grouped(size)}"
    helpers = f"a call of the machine's own {plain(HELPER_SECONDS)} s"
    yield f"  typical: nothing fails; a call takes {_seconds(found)}, {helpers}"
    yield "  at most: calls take until their timeout and fail as often as their retries allow; no faults of AWS itself"
    yield ""
    rows = [("", "typical", "USD", "at most", "USD")]
    rows += [_row(line) for line in found.lines]
    rows.append(("one run", "", _money(found.typical), "", _money(found.most)))
    rows.append(("1,000 runs", "", _money(_THOUSAND * found.typical), "", _money(_THOUSAND * found.most)))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
    total = sum(step.typical for step in found.steps)
    dearest = [step for step in found.steps[:_SHOWN] if total and step.typical * 100 >= total]
    if dearest:
        yield ""
        yield "dearest: " + ", ".join(f"{step.name} {100 * step.typical / total:.0f}%" for step in dearest)
    yield ""
    yield from (f"note: {note}" for note in found.notes)


def _grouped(size: MapSize) -> str:
    batches = f", in {size.calls:,} batches" if size.calls != size.items else ""
    if not size.jobs:
        return batches
    arrays = "an array" if size.iterations == 1 else f"{size.iterations:,} arrays"
    return f"{batches}, {arrays} of jobs"


def _row(line: Line) -> tuple[str, str, str, str, str]:
    typical, most = (_amount(number, line.unit) for number in (line.typical, line.most))
    return line.what, typical, _money(line.typical * line.price), most, _money(line.most * line.price)


_SOURCES = {
    "given": "given",
    "parameters": "from the parameters",
    "bounded": "at most, says the spec",
    "assumed": "as every map",
    "unknown": "unknown, so one",
}


def _seconds(found: Estimate) -> str:
    others = [f"{name} {plain(seconds)} s" for name, seconds in found.assumed.of.items()]
    return f"{plain(found.assumed.seconds)} s" + (f" ({', '.join(others)})" if others else "")


def _amount(number: Decimal, unit: str) -> str:
    if number == number.to_integral_value():
        return f"{int(number):,} {unit}"
    return f"{number.quantize(Decimal('0.001'), ROUND_HALF_EVEN):,f} {unit}"


def _money(dollars: Decimal) -> str:
    return f"{dollars.quantize(_CENTS, ROUND_HALF_EVEN):,f}"
