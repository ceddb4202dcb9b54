import json


class TooManyBirds(ValueError):
    pass


def load() -> list[int]:
    return json.loads("[1]")


def one(row: int) -> list[int]:
    return [row]
