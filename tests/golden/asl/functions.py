def do(x=None, y=None):
    return x


def rows(count=3):
    return list(range(count))


def check(x=None) -> dict:
    return {"ok": True, "wait": 1}
