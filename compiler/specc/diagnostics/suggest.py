"""Did you mean."""

from collections.abc import Iterable

from specc.diagnostics.diagnostic import Edit, Fix
from specc.diagnostics.place import Place


def rename(place: Place, name: str, *, quoted: bool = False) -> Fix:
    """A fix that guesses a name: offered, never applied unasked. `quoted` is for one that is a whole text."""
    from json import dumps  # late: only needed when something is wrong

    return Fix(f"write `{name}`", (Edit(place, dumps(name) if quoted else name),), safe=False)


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, or None when none is like it."""
    import difflib  # late: only needed when something is wrong

    pool = list(candidates)
    folded = {candidate.lower().replace("-", "_"): candidate for candidate in pool}
    exact = folded.get(name.lower().replace("-", "_"))
    if exact is not None:
        return exact
    letters = sorted(name)
    swapped = next((one for one in pool if len(one) == len(name) and sorted(one) == letters), None)
    if swapped is not None:
        return swapped
    found = difflib.get_close_matches(name[:100], pool, n=1, cutoff=0.6)
    return found[0] if found else None
