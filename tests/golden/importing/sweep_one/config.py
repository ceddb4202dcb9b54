_sweep = {"seed": (0, 1, 2, 3, 4)}
_metadata = {"family": "seeds"}
