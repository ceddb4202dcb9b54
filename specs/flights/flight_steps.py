"""The functions of `flights.toml`. The data: 2,000 flights of early 2001, from the BTS; see `data/README.md`."""

import json
from collections import Counter
from pathlib import Path
from typing import TypedDict

DATA = Path(__file__).parent / "data" / "flights-2k.json"


class Airport(TypedDict):
    code: str
    destinations: list[str]


class RouteDelay(TypedDict):
    destination: str
    flights: int
    minutes: int


class AirportDelay(TypedDict):
    flights: int
    minutes: float


class Line(TypedDict):
    airport: str
    flights: int
    minutes: float
    advice: str


def busiest_airports(count: int) -> list[Airport]:
    """The airports that most flights start from, with every destination that they fly to."""
    flights = _flights()
    busiest = sorted(Counter(flight["origin"] for flight in flights).items(), key=lambda item: (-item[1], item[0]))
    return [
        {"code": code, "destinations": sorted({item["destination"] for item in flights if item["origin"] == code})}
        for code, _ in busiest[:count]
    ]


def route_delay(origin: str, destination: str) -> RouteDelay:
    """Number of flights from one airport to another, and the sum of their delays in minutes."""
    delays = [item["delay"] for item in _flights() if (item["origin"], item["destination"]) == (origin, destination)]
    return {"destination": destination, "flights": len(delays), "minutes": sum(delays)}


def mean_delay(routes: list[RouteDelay]) -> AirportDelay:
    flights = sum(route["flights"] for route in routes)
    return {"flights": flights, "minutes": round(sum(route["minutes"] for route in routes) / flights, 1)}


def advise(routes: list[RouteDelay]) -> str:
    worst = max(routes, key=lambda route: (route["minutes"], route["destination"]))
    return f"avoid flights to {worst['destination']}"


def line(airport: str, flights: int, minutes: float, advice: str) -> Line:
    return {"airport": airport, "flights": flights, "minutes": minutes, "advice": advice}


def count_late(lines: list[Line]) -> int:
    return sum(item["advice"] != "on time" for item in lines)


def _flights() -> list[dict[str, object]]:
    flights: list[dict[str, object]] = json.loads(DATA.read_text())
    return flights
