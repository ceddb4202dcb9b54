def scaled(value):
    return value * 10
