"""Puts handwritten digits aside: some to learn from, others to be asked about in the end."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

held_out = 0.3
seed = 0

images, labels = load_digits(return_X_y=True)
learn_x, ask_x, learn_y, ask_y = train_test_split(
    images, labels, test_size=held_out, random_state=seed, stratify=labels
)
np.savez_compressed("digits.npz", learn_x=learn_x, learn_y=learn_y, ask_x=ask_x, ask_y=ask_y)

to_learn, to_ask = len(learn_y), len(ask_y)
print(f"{to_learn} digits to learn from, {to_ask} to be asked about")
