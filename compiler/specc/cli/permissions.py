"""How `specc doctor` tells what the caller may not do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

_WITH = {"cloudformation": "CloudFormation (`specc deploy`)", "pulumi": "Pulumi (`specc up`)"}


def print_permissions(checked: Mapping[str, Any], spec: str, stack: str, by: str) -> None:
    """Print what is lacking, by statement of the policy that is needed, and how to get that policy."""
    who = f", as {checked['caller']}" if checked["caller"] else ""
    click.echo(f"\nto deploy {spec} to `{stack}` with {_WITH[by]}{who}:")
    needed, lacking, unclear = checked["needed"], checked["lacking"], checked["unclear"]
    if checked["note"]:
        click.echo(f"✓ {checked['note']}")
        return
    if checked["unchecked"]:
        click.echo(f"- {checked['unchecked']}: nobody says which of these are lacking")
        _listed(needed)
    elif lacking:
        click.echo(f"- {len(lacking):,} of {len(needed):,} permissions are lacking:")
        _listed(lacking)
    elif unclear:
        click.echo(f"- {len(unclear):,} of {len(needed):,} permissions depend on how you call:")
    else:
        click.echo(f"✓ all {len(needed):,} permissions are there")
    if unclear and lacking:
        click.echo(f"- {len(unclear):,} more depend on how you call:")
    _listed(unclear)
    if lacking or checked["unchecked"]:
        click.echo(f"a policy with all of them: specc policy {spec} --stack {stack} --with {by}")


def _listed(permissions: Iterable[Mapping[str, Any]]) -> None:
    """Actions that lack the same resources for the same reason stand together."""
    resources: dict[tuple[str, str, str], list[str]] = {}
    for item in permissions:
        resources.setdefault((item["statement"], item["reason"], item["action"]), []).append(item["resource"])
    actions: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (statement, reason, action), on in resources.items():
        actions.setdefault((statement, reason, tuple(on)), []).append(action)
    for (statement, reason, all_of), names in actions.items():
        why = f": {reason}" if reason else ""
        click.echo(f"  {statement}{why}")
        click.echo(f"    {' '.join(names)}")
        for resource in all_of:
            click.echo(f"    on {resource}")
