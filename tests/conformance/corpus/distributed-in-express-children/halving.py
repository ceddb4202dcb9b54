def half(x):
    return 8 // x
