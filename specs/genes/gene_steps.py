"""Compares stretches of DNA by the letters that would have to be changed, left out or put in."""

from itertools import combinations
from pathlib import Path
from typing import TypedDict


class Pair(TypedDict):
    names: list[str]
    letters: list[str]


class Distance(TypedDict):
    names: list[str]
    edits: int


def pairs(file: str) -> list[Pair]:
    """Every two samples of a FASTA file, which is shipped with the code."""
    samples: dict[str, str] = {}
    name = ""
    for line in (Path(__file__).parent / file).read_text().splitlines():
        if line.startswith(">"):
            name = line[1:].strip()
            samples[name] = ""
        else:
            samples[name] += line.strip()
    return [
        {"names": [one, other], "letters": [samples[one], samples[other]]}
        for one, other in combinations(sorted(samples), 2)
    ]


def compare(pair: Pair) -> Distance:
    """The fewest edits that make one sample of the other (Levenshtein)."""
    one, other = pair["letters"]
    unknown = (set(one) | set(other)) - set("ACGT")
    if unknown:
        raise ValueError(f"not a letter of DNA: {min(unknown)}")
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (letter != wanted))
    return {"names": pair["names"], "edits": row[-1]}


def families(distances: list[Distance | None], close: int) -> list[list[str]]:
    """Samples that are near to each other, directly or by way of others."""
    family: dict[str, set[str]] = {}
    for distance in distances:
        if distance is None:  # a comparison that was tolerated to fail
            continue
        one, other = distance["names"]
        first, second = (family.setdefault(name, {name}) for name in (one, other))
        if distance["edits"] <= close and first is not second:
            first |= second
            family.update(dict.fromkeys(second, first))
    return [list(members) for members in sorted({tuple(sorted(members)) for members in family.values()})]


def tell(families: list[list[str]], distances: list[Distance | None]) -> str:
    """The two that are most alike."""
    known = [distance for distance in distances if distance is not None]
    if not families or not known:
        return ""
    nearest = min(known, key=lambda distance: (distance["edits"], distance["names"]))
    return f"{nearest['names'][0]} and {nearest['names'][1]} differ in {nearest['edits']} letters"
