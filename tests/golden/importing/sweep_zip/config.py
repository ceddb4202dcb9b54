epochs = 5
_sweep = {"__mode__": "zip", "lr": [0.001, 0.01], "batch_size": [16, 64]}
