"""Tables that must hold exactly one of a few keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.diagnostics import Label, Place, closest
from specc.schema.reporter import Reporter
from specc.schema.wording import Path, listed, where
from specc_schemas import Matrix

_HANDLER = ("use", "run")
_TRIGGER = ("schedule", "event")
_SCHEDULE = ("cron", "rate")
_AXIS = ("range", "linspace", "log", "random")
_OF_MATRIX = frozenset(field.alias or name for name, field in Matrix.model_fields.items())


def check_choices(value: dict[str, Any], steps: Iterator[tuple[Path, dict[str, Any]]], reporter: Reporter) -> None:
    """Check handlers of errors, axes of matrices and triggers. Reports SPC122 and SPC124."""
    for path, step in steps:
        handlers = step.get("on_error")
        if isinstance(handlers, dict):
            for name, handler in handlers.items():
                _one_of(_HANDLER, (*path, "on_error", name), handler, reporter)
        matrix = step.get("matrix")
        if isinstance(matrix, dict):
            for name, axis in matrix.items():
                if name not in _OF_MATRIX:
                    _one_of(_AXIS, (*path, "matrix", name), axis, reporter)
    _check_triggers(("triggers",), value.get("triggers"), reporter)
    stacks = value.get("stacks")
    for name, stack in stacks.items() if isinstance(stacks, dict) else ():
        if isinstance(stack, dict):
            _check_triggers(("stacks", name, "triggers"), stack.get("triggers"), reporter)


def _check_triggers(path: Path, triggers: Any, reporter: Reporter) -> None:
    for index, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        if not isinstance(trigger, dict):
            continue
        _one_of(_TRIGGER, (*path, index), trigger, reporter)
        schedule = trigger.get("schedule")
        if isinstance(schedule, dict):
            _check_schedule((*path, index, "schedule"), schedule, reporter)


def _check_schedule(path: Path, schedule: dict[str, Any], reporter: Reporter) -> None:
    _one_of(_SCHEDULE, path, schedule, reporter)
    if "rate" in schedule and "timezone" in schedule and "cron" not in schedule:
        reporter.report(
            "SPC122",
            f"`timezone` does not go with `rate` in {where(path)}",
            Label(Place((*path, "timezone"), "key"), "has no meaning for `rate`"),
            Label(Place((*path, "rate"), "key"), "the same in every time zone"),
            help="leave it out, or write a `cron` expression",
        )


def _one_of(keys: tuple[str, ...], path: Path, table: Any, reporter: Reporter) -> None:
    if not isinstance(table, dict):
        return
    given = [key for key in keys if key in table]
    both, several = listed(list(keys)).replace(" or ", " and "), "both" if len(keys) == 2 else "several"
    if len(given) == 1 or (keys is _AXIS and not given and any(closest(str(key), keys) for key in list(table)[:20])):
        return  # a misspelt key is reported as such
    reporter.report(
        "SPC124",
        f"{where(path)} needs exactly one of {both}, and has {several if given else 'none'}",
        *(Label(Place((*path, key), "key"), "only one of these") for key in reversed(given)),
        *(() if given else (Label(Place(path, "key"), f"neither {listed(list(keys)).replace(' or ', ' nor ')}"),)),
        help="remove one of them" if given else f"add {listed(list(keys))}",
    )
