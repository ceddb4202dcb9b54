"""Functions over lists."""

from __future__ import annotations

from typing import Any

from specc_runtime.expressions.arguments import need_list, within_list
from specc_runtime.expressions.errors import ExpressionError
from specc_runtime.expressions.operators import a_kind, boolean, equal, is_number, whole


def range_(start: Any, stop: Any = None, step: Any = 1) -> list[int]:
    """As Python's `range`."""
    bounds = (start,) if stop is None else (start, stop, step)
    numbers = [whole(bound, "an argument of `range`") for bound in bounds]
    if len(numbers) == 3 and numbers[2] == 0:
        raise ExpressionError("the step of `range` cannot be zero")
    found = range(*numbers)
    try:
        count = len(found)
    except OverflowError:
        count = 2**63
    within_list(count)
    return list(found)


def sorted_(items: Any, descending: Any = False) -> list[Any]:
    """Numbers or texts in order; texts by code point."""
    found = need_list(items, "sorted")
    down = boolean(descending, "the second argument of `sorted`")
    if found and not (all(isinstance(item, str) for item in found) or all(map(is_number, found))):
        kinds = dict.fromkeys(map(a_kind, found))
        raise ExpressionError(f"`sorted` needs numbers only or strings only; this list holds {', '.join(kinds)}")
    return sorted(found, reverse=down)


def reversed_(items: Any) -> list[Any]:
    """The last item first."""
    return need_list(items, "reversed")[::-1]


def unique(items: Any) -> list[Any]:
    """Every item once, in the order of first appearance."""
    found: list[Any] = []
    seen: set[tuple[bool, Any]] = set()
    for item in need_list(items, "unique"):
        if isinstance(item, str | int | float):
            key = (isinstance(item, bool), item)
            if key not in seen:
                seen.add(key)
                found.append(item)
        elif not any(equal(item, other) for other in found):
            found.append(item)
    return found


def flatten(items: Any) -> list[Any]:
    """The items of inner lists put into one list, one level deep."""
    found: list[Any] = []
    for item in need_list(items, "flatten"):
        if isinstance(item, list | tuple):
            found.extend(item)
        else:
            found.append(item)
    within_list(len(found))
    return found


def zip_(*lists: Any) -> list[list[Any]]:
    """Lists of the first items, the second items, ... as long as the shortest list."""
    return [list(items) for items in zip(*(need_list(item, "zip") for item in lists), strict=False)]


def any_(items: Any) -> bool:
    """Whether an item is true."""
    return any([boolean(item, "every item of `any`") for item in need_list(items, "any")])  # noqa: C419  # checks all


def all_(items: Any) -> bool:
    """Whether every item is true."""
    return all([boolean(item, "every item of `all`") for item in need_list(items, "all")])  # noqa: C419  # checks all


def first(items: Any) -> Any:
    """The first item; null of an empty list."""
    found = need_list(items, "first")
    return found[0] if found else None


def last(items: Any) -> Any:
    """The last item; null of an empty list."""
    found = need_list(items, "last")
    return found[-1] if found else None
