"""Single permissions, and the statements that they make together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from specc.diagnostics import Place
from specc_targets.aws.arns import ANY, Arn, Resource, RoleArn
from specc_targets.aws.deployment import Condition, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One action on one resource."""

    sid: str
    """The statement that it belongs to."""
    action: str
    resource: Resource
    conditions: tuple[Condition, ...] = ()
    reason: str = ""
    origin: Place | None = field(default=None, compare=False, repr=False)


def grants(
    sid: str,
    actions: str | Iterable[str],
    *on: Resource,
    conditions: tuple[Condition, ...] = (),
    reason: str = "",
) -> list[Grant]:
    """Every one of `actions` (separated by blanks, or a list) on every one of `on`."""
    listed = actions.split() if isinstance(actions, str) else actions
    return [
        Grant(sid=sid, action=action, resource=resource, conditions=conditions, reason=reason)
        for action in listed
        for resource in on
    ]


def named(service: str, names: str) -> list[str]:
    """Actions of one service, whose names are separated by blanks."""
    return [f"{service}:{name}" for name in names.split()]


def without_resources(sid: str, *actions: str, why: str = "") -> list[Grant]:
    """Actions that cannot be limited to resources."""
    return grants(sid, actions, ANY, reason=why or f"{_listed(actions)} {_know(actions)} no resources")


def statements(found: Iterable[Grant]) -> tuple[Statement, ...]:
    """Grants as statements: those of one name together, unless that would allow more than they say."""
    groups: dict[tuple[str, tuple[Condition, ...]], list[Grant]] = {}
    for grant in _needed(found):
        groups.setdefault((grant.sid, grant.conditions), []).append(grant)
    made = [statement for (sid, _), group in sorted(groups.items(), key=_order) for statement in _made(sid, group)]
    return tuple(_numbered(made))


def _needed(found: Iterable[Grant]) -> Iterable[Grant]:
    """Without those that others include."""
    every = list(found)
    alike: dict[tuple[str, tuple[Condition, ...]], list[Grant]] = {}
    for grant in every:
        alike.setdefault((grant.action, grant.conditions), []).append(grant)
    for (action, conditions), group in alike.items():
        always = [grant.resource for grant in alike.get((action, ()), ())] if conditions else []
        sids: dict[Resource, str] = {}
        for grant in group:
            sids.setdefault(grant.resource, grant.sid)
        for grant in group:
            wider = any(_includes(other, grant.resource) for other in sids if other != grant.resource)
            wider = wider or any(other == grant.resource or _includes(other, grant.resource) for other in always)
            if grant.sid == sids[grant.resource] and not wider:
                yield grant


def _includes(wide: Resource, narrow: Resource) -> bool:
    """Whether the pattern `wide` matches all that `narrow` does."""
    if wide == ANY:
        return True
    if not isinstance(wide, Arn) or not isinstance(narrow, Arn) or wide.service != narrow.service:
        return False
    return wide.resource.endswith("*") and narrow.resource.startswith(wide.resource[:-1])


def _order(item: tuple[tuple[str, tuple[Condition, ...]], list[Grant]]) -> tuple[str, str]:
    (sid, conditions), _ = item
    return sid, repr(conditions)


def _made(sid: str, group: list[Grant]) -> Iterable[Statement]:
    """One statement for all actions that have the same resources."""
    by_action: dict[str, set[Resource]] = {}
    for grant in group:
        by_action.setdefault(grant.action, set()).add(grant.resource)
    alike: dict[tuple[Resource, ...], list[str]] = {}
    for action in sorted(by_action):
        alike.setdefault(_narrowed(by_action[action]), []).append(action)
    for on, actions in alike.items():
        own = [grant for grant in group if grant.action in actions]
        reasons = dict.fromkeys(grant.reason for grant in own if grant.reason)
        yield Statement(
            sid=sid,
            actions=tuple(actions),
            resources=on,
            conditions=own[0].conditions,
            reason="; ".join(reasons),
            origin=next((grant.origin for grant in own if grant.origin is not None), None),
        )


def _narrowed(found: set[Resource]) -> tuple[Resource, ...]:
    """In order; without those that `*` includes."""
    return (ANY,) if ANY in found else tuple(sorted(found, key=_key))


def _key(resource: Resource) -> tuple[str, str]:
    if isinstance(resource, Arn):
        return resource.service, resource.resource
    return ("role", resource.key) if isinstance(resource, RoleArn) else ("", resource)


def _numbered(made: list[Statement]) -> Iterable[Statement]:
    seen: dict[str, int] = {}
    for statement in made:
        seen[statement.sid] = count = seen.get(statement.sid, 0) + 1
        yield statement if count == 1 else replace(statement, sid=f"{statement.sid}{count}")


def sid_of(*words: str) -> str:
    """A statement's name out of words: letters and digits, each word with a capital."""
    parts = re.findall(r"[A-Za-z0-9]+", " ".join(words))
    return "".join(part[:1].upper() + part[1:] for part in parts)


def _listed(actions: tuple[str, ...]) -> str:
    names = [f"`{action}`" for action in actions]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _know(actions: tuple[str, ...]) -> str:
    return "knows" if len(actions) == 1 else "know"
