class UnluckyError(KeyError):
    pass


def count(upto):
    return list(range(upto))


def double(x):
    return 2 * x


def check(x):
    if x == 4 or x == 5:
        raise UnluckyError(f"unlucky {x}")
    return x
