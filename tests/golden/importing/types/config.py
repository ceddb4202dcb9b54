_sweep = {"lr": [1, 1.0, True], "name": ["1", "true"]}
