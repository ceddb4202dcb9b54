def get() -> list[int]:
    return [1]


def look(bird: str, count: int = 1, fast: bool = False, all: list[int] | None = None) -> str:
    return bird
