"""What the specs beside it run, were they ever run."""

from losses import huber as loss  # type: ignore[import-not-found]

lr = 0.1
epochs: int = 3
accuracy = lr
for step in range(epochs):
    accuracy += loss(step, lr)


def main(seed: int = 0, rate: float = 1.0) -> float:
    """An entry."""
    return lr * rate * seed


def cells(count: int) -> list[dict[str, float]]:
    """Configurations."""
    return [{"lr": lr}] * count
