"""`specc status`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from specc.cli.deployed import MAYBE_STACK, SPEC
from specc.cli.history import JSON, age, columns, history, lookups, painted, print_json, took

_MOST_STEPS = 200
"""Steps that are shown to people; `--json` has all."""
_MARKS = {"done": "✓", "failed": "✗", "running": "▸", "skipped": "-", "stopped": "-"}


@click.command()
@click.argument("run", required=False)
@MAYBE_STACK
@SPEC
@JSON
def command(run: str | None, stack: str | None, spec: str | None, as_json: bool) -> None:
    """Show how RUN stands, the latest without one: its steps, its error, and how to go on with it."""
    with lookups():
        found = history(run, spec, stack).status(run)
    if as_json:
        print_json(found)
    else:
        click.echo("".join(f"{line}\n" for line in _shown(found)), nl=False)


def _shown(run: dict[str, Any]) -> Iterator[str]:
    yield f"run         {run['id']}"
    yield f"spec        {run['spec']} ({run['name']})"
    if "stack" in run:
        yield f"stack       {run['stack']}"
    process = f", process {run['pid']}" if run["pid"] else ""
    yield f"status      {painted(run['status'])}{process}"
    yield f"started     {age(run['started'])}, took {took(run['duration'])}"
    for number, (name, value) in enumerate(run["parameters"].items()):
        yield f"{'' if number else 'parameters':<10}  {name} = {_short(value)}"
    yield from _steps(run["steps"])
    for question in run.get("approvals", ()):
        yield f"\n{question['place']} asks {' or '.join(question['by'])}: {question['message']}"
        yield f"  {question['command']}"
    for tolerated in run["tolerated"]:
        errors = list(tolerated["errors"].items())
        yield f"\n{len(errors):,} of {tolerated['total']:,} items of `{tolerated['step']}` failed and were tolerated"
        yield from (
            f"  item {error.get('item', index)}: {error['name']}: {error['message']}" for index, error in errors[:5]
        )
    if run["status"] == "killed":
        yield "\nits process is gone, and left no result: it was killed, or the machine stopped"
    yield from (f"\nnote: {note}" for note in run["notes"])
    if error := run["error"]:
        step = error.get("step") or ""
        place = error.get("place") or step + "".join(f"[{item}]" for item in error.get("items", ()))
        yield f"\nerror: {f'{place}: ' if place else ''}{error['name']}: {error['message']}"
        if error.get("traceback"):
            yield error["traceback"].rstrip("\n")
    if run["resume"]:
        yield f"\nto go on with it: {run['resume']}"


def _steps(steps: list[dict[str, Any]]) -> Iterator[str]:
    rows = [_row(step) for step in steps[:_MOST_STEPS]]
    if rows:
        yield ""
        yield from columns(rows, right={2})
    if len(steps) > _MOST_STEPS:
        yield f"… {len(steps) - _MOST_STEPS:,} more; `--json` has all"


def _row(step: dict[str, Any]) -> tuple[str, ...]:
    depth = step["step"].count("/")
    name = step["step"].rpartition("/")[2]
    mark = _MARKS.get(step["state"], "·")
    known = ", known before" if step.get("cached") else ""
    time = took(step["seconds"]) if step.get("seconds") else ""
    said = []
    if items := step.get("items"):
        said.append(f"{items['done']:,} of {items['total']:,} items")
        said += [f"{items['failed']:,} failed"] if items["failed"] else []
    said += [f"{step['retried']:,} retried"] if step.get("retried") else []
    said += [f"{step['recovered']:,} handled"] if step.get("recovered") else []
    return (f"{'  ' * depth}{mark} {name}", painted(step["state"]) + known, time, ", ".join(said))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}..."
