"""Learns with the best setting, and is asked about digits that nothing has seen so far."""

import argparse
import csv

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.svm import SVC

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--C", type=float, default=1.0)
parser.add_argument("--gamma", type=float, default=0.001)
options = parser.parse_args()

digits = np.load("digits.npz")
model = SVC(C=options.C, gamma=options.gamma).fit(digits["learn_x"], digits["learn_y"])
told = model.predict(digits["ask_x"])

accuracy = float((told == digits["ask_y"]).mean())
confused = confusion_matrix(digits["ask_y"], told)
wrong = int(confused.sum() - np.trace(confused))

with open("confusion.csv", "w", newline="") as file:
    csv.writer(file).writerows(confused.tolist())
print(f"right: {accuracy:.1%}, wrong: {wrong} of {len(told)}")
