def numbers(count):
    return list(range(count))


def double(n):
    return 2 * n


def long_text(n):
    return "x" * (100_000 + n)


def greet(name):
    import os

    return f"{name}: {len(os.environ['TOKEN'])}, {len(os.environ['PASSWORD'])}"


def long_greeting(name, about):
    return greet(name) + about
