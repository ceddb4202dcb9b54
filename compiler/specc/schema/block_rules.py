"""Values that are well formed one by one and still cannot be meant: seen only beside others, or for what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.diagnostics import Label, Place
from specc.schema.reporter import Reporter, shown
from specc.schema.wording import Path, what, where
from specc_schemas.quantities import is_duration, parse_duration


def check_blocks(value: dict[str, Any], steps: Iterator[tuple[Path, dict[str, Any]]], reporter: Reporter) -> None:
    """Check constants, variables and lists of names. Reports SPC108, SPC109, SPC115 and SPC125."""
    _check_variables((), value, reporter)
    stacks = value.get("stacks")
    for name, stack in stacks.items() if isinstance(stacks, dict) else ():
        if isinstance(stack, dict):
            _check_variables(("stacks", name), stack, reporter)
            _check_defaults(("stacks", name, "params"), stack.get("params"), reporter)
            _check_retry(("stacks", name, "defaults"), stack.get("defaults"), reporter)
    _check_defaults(("params",), value.get("params"), reporter)
    _check_retry(("defaults",), value.get("defaults"), reporter)
    if isinstance(value.get("tests"), list):
        _check_tests(value["tests"], reporter)
    for path, step in steps:
        _check_retry(path, step, reporter)
        if isinstance(step.get("after"), list):
            _check_after((*path, "after"), step["after"], reporter)


def _check_variables(path: Path, table: dict[str, Any], reporter: Reporter) -> None:
    variables, secrets = table.get("env"), table.get("secrets")
    for name, text in variables.items() if isinstance(variables, dict) else ():
        if not isinstance(text, str):
            continue
        at = (*path, "env", name)
        if "\0" in text:
            reporter.report(
                "SPC109",
                f"{what(at)} holds a null character, which no variable of an environment can",
                Label(Place(at), "holds `\\u0000`"),
                help="leave the character out",
            )
        _refuse_expression(at, text, reporter)
        if isinstance(secrets, dict) and name in secrets:
            reporter.report(
                "SPC125",
                f"`{shown(name)}` is both a plain variable and a secret",
                Label(Place(at, "key"), "plain here"),
                Label(Place((*path, "secrets", name), "key"), "a secret here"),
                help="remove one of them",
            )


def _check_defaults(path: Path, params: Any, reporter: Reporter) -> None:
    for name, parameter in params.items() if isinstance(params, dict) else ():
        if isinstance(parameter, dict) and "default" in parameter:
            for at, text in _texts((*path, name, "default"), parameter["default"]):
                _refuse_expression(at, text, reporter)


def _texts(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    pending: list[tuple[Path, Any]] = [(path, value)]
    while pending:
        at, item = pending.pop()
        if isinstance(item, str):
            yield at, item
        elif isinstance(item, dict):
            pending.extend(((*at, key), child) for key, child in item.items())
        elif isinstance(item, list):
            pending.extend(((*at, index), child) for index, child in enumerate(item))


def _refuse_expression(at: Path, text: str, reporter: Reporter) -> None:
    start = text.replace("$${", "___").find("${")
    if start < 0 or "}" not in text[start:]:
        return
    end = text.index("}", start) + 1
    if "env" in at[:3]:
        help = "write the value itself; what only a run knows goes to the function that needs it, with `with`"
    else:
        help = "write the value itself; compute what depends on other values in a step, or in the `with` that uses it"
    reporter.report(
        "SPC115",
        f"{what(at)} is a constant: the expression `{shown(text[start:end])}` in it would stay plain text",
        Label(Place(at).slice(start, end), "not evaluated here"),
        help=help,
    )


def _check_retry(path: Path, table: Any, reporter: Reporter) -> None:
    retry = table.get("retry") if isinstance(table, dict) else None
    if not isinstance(retry, dict):
        return
    delay, most = retry.get("delay", "1s"), retry.get("max_delay")
    if not (isinstance(delay, str) and isinstance(most, str) and is_duration(delay) and is_duration(most)):
        return
    if parse_duration(most) < parse_duration(delay):
        given = "delay" in retry
        at = (*path, "retry")
        reporter.report(
            "SPC108",
            f"{what((*at, 'max_delay'))} is shorter than {'' if given else 'the default '}`delay`: `{delay}`",
            Label(Place((*at, "max_delay")), f"shorter than `{delay}`"),
            *((Label(Place((*at, "delay")), "the first delay"),) if given else ()),
            help="swap them, or leave `max_delay` out" if given else "give a `delay` that is not longer",
        )


def _check_after(path: Path, names: list[Any], reporter: Reporter) -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        if not isinstance(name, str):
            continue
        if name in seen:
            reporter.report(
                "SPC125",
                f"`{shown(name)}` stands twice in `after` of {where(path[:-1])}",
                Label(Place((*path, index)), "a second time"),
                Label(Place((*path, seen[name])), "here already"),
                help="remove one of them",
            )
        seen.setdefault(name, index)


def _check_tests(tests: list[Any], reporter: Reporter) -> None:
    seen: dict[str, int] = {}
    for index, test in enumerate(tests):
        name = test.get("name") if isinstance(test, dict) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            reporter.report(
                "SPC125",
                f"two tests are called `{shown(name)}`",
                Label(Place(("tests", index, "name")), "a second time"),
                Label(Place(("tests", seen[name], "name")), "here already"),
                help="give one of them another name",
            )
        seen.setdefault(name, index)
