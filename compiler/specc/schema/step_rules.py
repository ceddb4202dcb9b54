"""What a table of the right shape can still get wrong about a step: its action, and keys that need another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.diagnostics import Label, Place
from specc.schema.reporter import Reporter
from specc.schema.wording import Path, dotted, listed, where
from specc_schemas.steps import ACTION_KEYS, ACTIONS, ITERATING

SUGGESTED = ("call", "script", "module", "command", "container", "aws", "http", "wait", "approve", "pipeline", "steps")
"""The actions to advise: those that every target runs."""


def check_steps(value: dict[str, Any], reporter: Reporter) -> None:
    """Check every step of a spec. Reports SPC120 to SPC123."""
    for path, step in steps_of(value):
        actions = [key for key in ACTIONS if key in step]
        if len(actions) == 1:
            _check_companions(path, step, actions[0], reporter)
        elif actions:
            _report_several(path, actions, reporter)
        elif is_group_of(path, step):
            _report_needless_level(path, step, reporter)
        elif reporter.full or not _action_misspelt(step):
            reporter.report(
                "SPC120",
                f"{where(path)} has no action",
                Label(Place(path, "key"), "does nothing"),
                help=f"give it one of {listed(list(SUGGESTED))}",
            )
        if "each" not in step and ("matrix" not in step or "batch" in step):
            _check_iterating(path, step, reporter)
        if "with" in step and "entry" not in step and actions and actions[0] in ("script", "module"):
            reporter.report(
                "SPC123",
                f"`with` needs `entry` in {where(path)}",
                Label(Place((*path, "with"), "key"), "a script takes no arguments by name"),
                help="use `globals` for values of the script's globals, `argv` for its command line, or name the "
                "function that takes them under `entry`",
            )


def steps_of(value: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every step with its path, groups before what is in them."""
    pending: list[tuple[Path, Any]] = [((key,), value.get(key)) for key in ("finally", "steps")]
    while pending:
        path, table = pending.pop()
        if not isinstance(table, dict):
            continue
        for name, step in table.items():
            if isinstance(step, dict):
                yield (*path, name), step
                if "steps" in step:
                    pending.append(((*path, name, "steps"), step["steps"]))


def is_group_of(path: Path, table: dict[str, Any]) -> bool:
    """Whether a table named `steps` right under the steps holds nothing but steps: a level too much."""
    if len(path) != 2 or path[0] not in ("steps", "finally") or path[1] != "steps":
        return False
    return bool(table) and all(isinstance(item, dict) and key not in _KEYS for key, item in table.items())


def _report_needless_level(path: Path, table: dict[str, Any], reporter: Reporter) -> None:
    name = next(iter(table))
    reporter.report(
        "SPC120",
        f"{where(path)} has no action",
        Label(Place(path, "key"), "one level too much"),
        help=f"steps stand right under `{path[0]}`: write `[{dotted((path[0], name))}]`",
    )


def _report_several(path: Path, actions: list[str], reporter: Reporter) -> None:
    first, second = actions[:2]
    reporter.report(
        "SPC121",
        f"{where(path)} has {len(actions)} actions: {listed(actions).replace(' or ', ' and ')}",
        Label(Place((*path, second), "key"), "a second action"),
        *(Label(Place((*path, action), "key"), "another action") for action in (first, *actions[2:])),
        help="keep one, and move the others to steps of their own",
    )


def _action_misspelt(step: dict[str, Any]) -> bool:
    """Whether an unknown key, reported as such, probably was the action."""
    from specc.schema.unknown_keys import meant
    from specc.schema.vocabulary import keys_of
    from specc_schemas import Step

    unknown = [key for key in step if isinstance(key, str) and key not in keys_of(Step)]
    return any(meant(key, Step)[0] in ACTIONS for key in unknown[:20])


def _check_companions(path: Path, step: dict[str, Any], action: str, reporter: Reporter) -> None:
    fitting = ACTION_KEYS[action]
    for key in step:
        if key == action or key in fitting or key not in _COMPANIONS:
            continue
        homes = [name for name, keys in ACTION_KEYS.items() if key in keys]
        reporter.report(
            "SPC122",
            f"`{key}` does not go with `{action}` in {where(path)}",
            Label(Place((*path, key), "key"), f"has no meaning for `{action}`"),
            Label(Place((*path, action), "key"), "the step's action"),
            help=_HINTS.get((action, key), f"`{key}` goes with {listed(homes)}"),
        )


def _check_iterating(path: Path, step: dict[str, Any], reporter: Reporter) -> None:
    keys = ITERATING if "matrix" not in step else {"batch"}
    for key in sorted(keys & step.keys()):
        reporter.report(
            "SPC123",
            f"`{key}` needs `each` in {where(path)}",
            Label(Place((*path, key), "key"), "the step runs only once" if "matrix" not in step else "no items"),
            help=f'fan out with for example `each.item = "${{steps.list}}"`, or leave `{key}` out',
        )


_KEYS = frozenset().union(ACTIONS, *ACTION_KEYS.values())
_COMPANIONS = frozenset().union(*ACTION_KEYS.values())
_HINTS = {
    ("command", "with"): "put expressions into the `command` itself",
    ("container", "with"): "put expressions into the container's `command`",
    ("http", "with"): "use the `query` or `body` of `http`",
    ("steps", "with"): "give `with` to the steps inside the group; they see everything outside",
    ("steps", "compute"): "give `compute` to the steps inside the group, or to all steps in `[defaults]`",
    ("approve", "timeout"): "use the `timeout` of `approve`",
}
