"""Knows nothing of specc."""

import sys
from pathlib import Path

from beside import scaled  # found beside the script

lr = 0.1
epochs: int = 3
steps = [lr * number for number in range(epochs)]
loss = scaled


def train(seed: int = 0, factor=scaled) -> dict:
    return {"seed": seed, "sum": factor(round(sum(steps), 3))}


if __name__ == "__main__":
    total = train()["sum"]
    arguments = sys.argv[1:]
    where = Path(__file__).name
    print("trained", *arguments)
    print('{"total": %s}' % total)
