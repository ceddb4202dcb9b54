"""Trains nothing."""

lr = 1e-3
batch_size = 32
epochs = 10
device = "cpu"
name = "none"
out = "runs"
seed = 0
betas = [0.9, 0.99]
options = {}
mode = "fast"
loss_fn = None
scheduler = None
Model = None


def main(resume=None, steps=1):
    return {"lr": lr, "batch_size": batch_size, "resume": resume, "steps": steps}


if __name__ == "__main__":
    main()
