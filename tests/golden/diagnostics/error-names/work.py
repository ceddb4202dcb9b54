import json


class TooManyBirds(ValueError):
    pass


def load() -> list[int]:
    return json.loads("[1]")
