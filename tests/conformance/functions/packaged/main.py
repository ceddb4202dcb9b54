from . import SIZE

count = 1
result = {"name": __name__, "package": __package__, "size": SIZE * count}


async def later(items: list[int]) -> int:
    return sum(items) * count
