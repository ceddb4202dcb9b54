"""Bounds the work on a spec with a huge number of mistakes, of which only the first are described anyway."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from specc_schemas import PipelineSpec

if TYPE_CHECKING:
    from specc.schema.translate import Finding

_MANY = 5_000
"""More findings than this are not listed one by one: each takes about half a kilobyte."""

_KEPT = (500, 50, 5)
"""Entries of each table and list that are looked at again, then; ever fewer until few enough findings are left."""


def findings_of(error: ValidationError, value: dict[str, Any]) -> tuple[list[Finding], int]:
    """The findings of an error about `value`, and how many there are beyond those."""
    count = error.error_count()
    for kept in _KEPT:
        if error.error_count() <= _MANY:
            break
        try:
            PipelineSpec.model_validate(_thinned(value, kept))
        except ValidationError as fewer:
            error = fewer
        else:
            break
    found = cast("list[Finding]", error.errors(include_url=False))
    # What only the thinning took away is not missing.
    found = [each for each in found if each["type"] != "missing" or not _has(value, each["loc"])]
    return found, max(count - len(found), 0)


def _thinned(value: Any, kept: int) -> Any:
    if isinstance(value, dict):
        return {key: _thinned(child, kept) for key, child in islice(value.items(), kept)}
    return [_thinned(child, kept) for child in value[:kept]] if isinstance(value, list) else value


def _has(value: Any, path: Iterable[str | int]) -> bool:
    for segment in path:
        try:
            value = value[segment]
        except (KeyError, IndexError, TypeError):
            return False
    return True
