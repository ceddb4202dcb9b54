def nothing() -> None:
    return None
