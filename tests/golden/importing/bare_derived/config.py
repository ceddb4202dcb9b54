import math

batch_size: int = 2 ** 6
lr = 0.1 * batch_size / 256
epochs = int(math.sqrt(100)) + len("abc")
name = f"bs{batch_size:04d}"
out = "/".join(["runs", name.upper()])
options = {"warm": batch_size // 10, **{"decay": 1e-4}}
seed = [s for s in range(10) if s % 7 == 3][0]
