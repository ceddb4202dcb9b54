"""Tries one setting of a classifier on digits that it has not learnt from: `python train.py` does it by itself."""

import numpy as np
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

data = "digits.npz"
C = 1.0
gamma = 0.001
folds: int = 3

name = f"C={C:g} gamma={gamma:g}"


def evaluate() -> np.ndarray:
    digits = np.load(data)
    return cross_val_score(SVC(C=C, gamma=gamma), digits["learn_x"], digits["learn_y"], cv=folds)


if __name__ == "__main__":
    scores = evaluate()
    accuracy, spread = float(scores.mean()), float(scores.std())
    for number, score in enumerate(scores):
        print(f"{name}: fold={number} score={score:.4f}")
    print(f"{name}: {accuracy:.4f} +- {spread:.4f}")
