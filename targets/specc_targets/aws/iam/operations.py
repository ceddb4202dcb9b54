"""What an operation of AWS's API needs, from `operations.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from specc.diagnostics import Place
from specc_runtime.actions.aws_names import SERVICES
from specc_runtime.expressions import JsonValue
from specc_targets.aws.arns import ANY, Resource
from specc_targets.aws.deployment import Condition
from specc_targets.aws.iam.absence import absence
from specc_targets.aws.iam.decryption import decryption
from specc_targets.aws.iam.grants import Grant, sid_of
from specc_targets.aws.iam.values import Known, resources, text_of, values_at


@dataclass(frozen=True, slots=True)
class Rule:
    """One permission that an operation needs."""

    action: str
    on: tuple[str, ...] = ()
    """Patterns of resources; empty: those of the service."""
    given: str = ""
    """The parameter with which it is needed; empty: always."""
    any: str = ""
    """Why it is for every resource."""
    why: str = ""
    """Why its resources are as wide as they are."""
    like: tuple[tuple[str, str], ...] = ()
    """Condition keys, each with the parameter that its text begins with."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is known of a service."""

    prefix: str
    resources: tuple[str, ...] = ()
    none: frozenset[str] = frozenset()
    """Operations whose actions know no resources."""
    operations: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    sync: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    events: str | None = None
    """The rule by which Step Functions is told that what `.sync` waits for has ended; None: it asks."""

    def rules(self, operation: str, *, sync: bool) -> tuple[Rule, ...]:
        """What an operation needs, and with `sync` what following it to its end needs besides."""
        found = self.operations.get(operation, (Rule(operation),))
        return found + (self.sync.get(operation, ()) if sync else ())


def prefix_of(service: str) -> str:
    """The prefix in IAM of a service, as Step Functions, boto3 or IAM itself calls it."""
    name = SERVICES.get(service, service)
    prefixes = _data()[1]
    return prefixes.get(name, name)


def service_of(prefix: str) -> Service:
    """What is known of a service, by its prefix in IAM."""
    return _data()[0].get(prefix, Service(prefix))


def needs(
    service: str,
    operation: str,
    parameters: JsonValue,
    *,
    step: str = "",
    sync: bool = False,
    absent: bool = False,
    known: Known = lambda _: None,
    origin: Place | None = None,
) -> list[Grant]:
    """The permissions of one call. `operation` may begin with a small letter, as in a state machine.

    With `absent`, also what it takes to be told of something that it is not there.
    """
    name = operation[:1].upper() + operation[1:]
    found = service_of(prefix_of(service))
    asked = f"{found.prefix}:{name}"
    grants: list[Grant] = []
    for rule in found.rules(name, sync=sync):
        if rule.given and not values_at(parameters, rule.given):
            continue
        action = f"{found.prefix}:{rule.action}"
        sid, conditions = sid_of(found.prefix, rule.action), _conditions(rule, parameters, known)
        for resource, reason, avoidable in _resources(found, rule, name, parameters, known, step or asked):
            at = origin if avoidable else None
            grants.append(
                Grant(sid=sid, action=action, resource=resource, conditions=conditions, reason=reason, origin=at)
            )
    return grants + decryption(grants, parameters) + (absence(grants) if absent else [])


def _conditions(rule: Rule, parameters: JsonValue, known: Known) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator="StringLike", key=key, values=(f"{text_of(value, known).pattern.removesuffix('*')}*",))
        for key, path in rule.like
        for value in values_at(parameters, path)
        if text_of(value, known).start
    )


def _resources(
    service: Service, rule: Rule, operation: str, parameters: JsonValue, known: Known, step: str
) -> Iterator[tuple[Resource, str, bool]]:
    """Resources, each with why it is wider than one thing, and whether the spec could say more."""
    action = f"`{service.prefix}:{rule.action}`"
    if rule.any or operation in service.none:
        yield ANY, rule.any or f"{action} knows no resources", False
        return
    if rule.on:
        found = [item for pattern in rule.on for item in resources(pattern, parameters, known)]
    else:
        tried = (list(resources(pattern, parameters, known)) for pattern in service.resources)
        found = next((item for item in tried if item), [])
    for item in found:
        yield (
            item.resource,
            f"`{item.unknown}` of {step} is known only at run time" if item.unknown else rule.why,
            item.wide,
        )
    if not found:
        yield ANY, f"which resources {action} of {step} works on is not known", True


@cache
def _data() -> tuple[dict[str, Service], dict[str, str]]:
    import tomllib

    text = files("specc_targets.aws.iam").joinpath("operations.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(text)
    prefixes: dict[str, str] = tables.pop("prefixes")
    short = {name.replace("-", ""): prefix for name, prefix in prefixes.items()}
    return {prefix: _service(prefix, table) for prefix, table in tables.items()}, {**short, **prefixes}


def _service(prefix: str, table: Mapping[str, Any]) -> Service:
    return Service(
        prefix,
        tuple(table.get("resources", ())),
        frozenset(table.get("none", ())),
        _rules(table.get("operations", {})),
        _rules(table.get("sync", {})),
        table.get("events"),
    )


def _rules(table: Mapping[str, Any]) -> dict[str, tuple[Rule, ...]]:
    return {
        name: tuple(
            Rule(
                row.get("action", name),
                tuple(row.get("on", ())),
                row.get("if", ""),
                row.get("any", ""),
                row.get("why", ""),
                tuple(row.get("like", {}).items()),
            )
            for row in rows
        )
        for name, rows in table.items()
    }
