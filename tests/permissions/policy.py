"""IAM's decision about a call, as its user guide describes it ("Policy evaluation logic", "IAM JSON policy elements").

Only what roles of ours use: `Allow` in identity policies, `Action` and `Resource` with wildcards, and a few operators.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


@dataclass(frozen=True)
class Call:
    """An action that somebody wants to do on a resource."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)
    """Condition keys."""


def allowed(statements: Iterable[Mapping[str, Any]], call: Call) -> bool:
    """Whether any of the statements allows the call; what nobody allows is denied."""
    return any(_applies(statement, call) for statement in statements)


def _applies(statement: Mapping[str, Any], call: Call) -> bool:
    unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if unknown or statement["Effect"] != "Allow":
        raise ValueError(f"a statement of another kind: {statement}")
    return (
        any(_matches(pattern.lower(), call.action.lower()) for pattern in statement["Action"])
        and any(_matches_arn(pattern, call.resource) for pattern in statement["Resource"])
        and all(
            OPERATORS[operator](values, call.context[key]) if key in call.context else False
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _matches_arn(pattern: str, resource: str) -> bool:
    """`*` in a part of an ARN does not reach into the next one, but for the last, which may hold colons."""
    if pattern == "*":
        return True
    parts, wanted = pattern.split(":", 5), resource.split(":", 5)
    return len(parts) == len(wanted) and all(map(_matches, parts, wanted))


def _matches(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


OPERATORS: dict[str, Any] = {
    "StringEquals": lambda values, text: text in values,
    "StringLike": lambda values, text: any(_matches(value, text) for value in values),
    "ArnLike": lambda values, text: any(_matches_arn(value, text) for value in values),
}
