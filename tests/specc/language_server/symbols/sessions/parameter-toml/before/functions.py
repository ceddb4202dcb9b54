def rows(limit: int) -> list[str]:
    return ["limit"] * limit
