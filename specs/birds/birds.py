"""The functions of `birds.toml`: ordinary Python that knows nothing of specc."""

BIRDS = ["goose", "duck", "swan", "wren", "heron"]


def get_birds(limit: int) -> list[str]:
    return BIRDS[:limit]


def flap_bird(bird: str) -> str:
    return f"flappy {bird}"


def join_birds(birds: list[str]) -> str:
    return ", ".join(birds)
