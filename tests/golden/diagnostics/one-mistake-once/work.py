def double(words: list[str]) -> list[str]:
    return [word * 2 for word in words]
