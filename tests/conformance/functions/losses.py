def halved(value):
    return value / 2
