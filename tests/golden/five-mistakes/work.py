def load(limit: int) -> list[int]:
    return list(range(limit))


def square(number: int) -> int:
    return number * number
