"""Nothing here changes."""


def rows(limit: int = 1) -> list[str]:
    return ["get"] * limit


def show(bird: object, other: str = "get") -> str:
    return str(bird)
