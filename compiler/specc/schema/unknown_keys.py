"""Keys that the language does not have, and what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.diagnostics import Edit, Fix, Label, Place, closest
from specc.schema.reporter import Reporter, shown
from specc.schema.step_rules import SUGGESTED, is_group_of
from specc.schema.synonyms import RENAMED, SAME_VALUE
from specc.schema.vocabulary import keys_of, nested, table_at
from specc.schema.wording import Path, listed, where
from specc_schemas import ComputeProfile, Defaults, PipelineSpec, Retry, Stack, Step

if TYPE_CHECKING:
    from pydantic import BaseModel

_ELSEWHERE: tuple[tuple[type[BaseModel], str], ...] = (
    (Step, "to a step"),
    (PipelineSpec, "to the top of the spec"),
    (Defaults, "in `[defaults]`"),
    (ComputeProfile, "to a compute profile"),
    (Retry, "in `retry`"),
    (Stack, "to a stack"),
)
_MOST_LISTED = 40


def meant(key: str, model: type[BaseModel]) -> tuple[str | None, bool]:
    """The valid key that was probably meant, and whether its value can stay as it is."""
    valid = keys_of(model)
    word = key.lower().replace("-", "_")
    for candidate in RENAMED.get(word, ()):
        if candidate in valid:
            return candidate, word in SAME_VALUE
    found = closest(key, valid)
    return found, found is not None


def report_unknown_key(
    path: Path, table: dict[str, Any], reporter: Reporter, root: type[BaseModel] = PipelineSpec
) -> None:
    """Report that the last part of `path` is no key of `table`. Reports SPC101."""
    key, place = str(path[-1]), Place(path)
    model = table_at(path[:-1], root)
    table_name = where(path[:-1]) if len(path) > 1 or root is PipelineSpec else "the settings"
    message = f"unknown key `{shown(key)}` in {table_name}"
    label = Label(place.key(), "not known here")
    if model is None:
        reporter.report("SPC101", message, label)
        return
    if is_group_of(path[:-1], table):
        return  # said of the table, once
    better, same = meant(key, model)
    if len(path) == 3 and path[0] == "params" and key == "optional" and isinstance(table[key], bool):
        reporter.report("SPC101", message, label, help=required_advice(not table[key]))
        return
    fix = None
    if better is not None and better not in table:
        fix = Fix(f"rename it to `{better}`", (Edit(place.key(), better),), safe=same)
    reporter.report(
        "SPC101", message, label, help=_advice(key, model, better) or _in_a_step(key, table, reporter), fix=fix
    )


def required_advice(required: bool) -> str:
    """How a parameter that must be given, or need not be, is written."""
    if required:
        return "leave it out: a parameter without `default` must be given"
    return "leave it out, and give the parameter a `default`: it then need not be given"


def _in_a_step(key: str, step: dict[str, Any], reporter: Reporter) -> str:
    if "call" not in step:
        return f"an action is one of {listed(list(SUGGESTED))}; `specc explain SPC120` says more"
    from specc.schema.table_advice import line

    if not key.isidentifier():
        return "arguments of the function belong in `with`"
    return f"an argument of the function belongs in `with`: `{line(('with', key), step[key], reporter)}`"


def _advice(key: str, model: type[BaseModel], better: str | None) -> str:
    inner = nested(model, key)
    if better is not None and better != key:
        return f"did you mean `{better}`?"
    if inner:
        return f"it belongs in `{inner[0]}`: write `{inner[0]}.{shown(key)}`"
    homes = [words for home, words in _ELSEWHERE if home is not model and key in keys_of(home)]
    if homes:
        return f"it belongs {homes[0]}"
    valid = list(keys_of(model))
    if model is Step:
        return ""
    return (
        f"the only key here is `{valid[0]}`" if len(valid) == 1 else f"the keys here are {listed(valid, _MOST_LISTED)}"
    )
