betas = (0.9, 0.999)
options = {"shape": (1, 2)}
