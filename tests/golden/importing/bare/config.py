lr = 0.05
batch_size = 128
_private = 7
