epochs = 5
_sweep = {"lr": [0.001, 0.01, 0.1], "batch_size": [16, 64]}
