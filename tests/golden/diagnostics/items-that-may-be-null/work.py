from typing import TypedDict


class Bird(TypedDict):
    song: str


def find(name: str) -> Bird:
    return {"song": name}


def pick(birds: list[Bird | None], songs: list[str] | None = None) -> list[str]:
    return [bird["song"] for bird in birds if bird]
