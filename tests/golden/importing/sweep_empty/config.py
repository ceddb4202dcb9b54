epochs = 5
_sweep = {}
