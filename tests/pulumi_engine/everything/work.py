def do(x: str) -> str:
    return x
