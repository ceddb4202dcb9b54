lr = 0.02
_args = ["r"]
