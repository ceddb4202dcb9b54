lr = 0.01
batch_size = 64
epochs = 3
_kwargs = {"steps": 2}
_metadata = {"family": "base"}
