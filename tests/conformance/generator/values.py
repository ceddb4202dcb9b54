"""Values that a generated spec may speak of, and expressions over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

Kind = Literal["record", "number", "numbers", "rows", "records", "anything"]
"""What is known of a value: `record` is what the functions give, a `row` of one is seen as `anything`."""


@dataclass(frozen=True)
class Value:
    """A value that an expression can name."""

    text: str
    kind: Kind

    @property
    def step(self) -> str | None:
        """The step that gives it, if one does."""
        return self.text.removeprefix("steps.") if self.text.startswith("steps.") else None


@dataclass(frozen=True)
class Scope:
    """What can be seen where a step stands."""

    values: tuple[Value, ...]
    items: tuple[str, ...] = ()
    """Names that are bound by an `each` or a `repeat` outside."""
    depth: int = 0

    def with_values(self, *values: Value) -> Scope:
        """With more values, which come last."""
        return replace(self, values=(*self.values, *values))

    def binding(self, *values: Value) -> Scope:
        """With values that differ from item to item or from round to round."""
        hidden = {value.text for value in values}
        kept = tuple(value for value in self.values if value.text not in hidden)
        items = tuple(item for item in self.items if item not in hidden)
        return replace(self, values=(*kept, *values), items=(*items, *(value.text for value in values)))

    def without_steps(self, names: set[str]) -> Scope:
        """Without steps that others of the same name will hide."""
        return replace(self, values=tuple(value for value in self.values if value.step not in names))


def record(name: str, given: object) -> dict[str, Any]:
    """What the functions give, written in a spec."""
    return {
        "name": name, "number": 7, "even": False, "items": [8],
        "rows": [{"row": 0, "of": 9, "cells": []}], "given": given, "body": "",
        "odd key": {"ä/~1": 3}, "ratio": 0.5, "text": name,
    }  # fmt: skip


def pick(random: Random, scope: Scope) -> Value:
    """One value; what came last is more likely."""
    count = len(scope.values)
    return scope.values[max(random.randrange(count), random.randrange(count))]


def argument(random: Random, scope: Scope) -> object:
    """A template that cannot fail."""
    value = pick(random, scope)
    text = value.text
    forms = [f"${{{text}}}"] * 4
    forms += [f"${{coalesce({text}, 'nothing')}}", f"see ${{{text}}}!", f"${{[{text}, params.limit]}}"]
    forms += [f"${{{{'it': {text}, 'text': 'x' + params.text}}}}"]
    if value.kind == "record":
        forms += [f"${{{text}.number}}", f"${{{text}.items}}", f"${{{text}.given}}", f"${{{text}.rows[*].of}}"]
        forms += [f"${{{text}.number + 1 if {text}.even else -{text}.number}}", f"${{coalesce({text}.items[7], 7)}}"]
        forms += [f"${{{text}.text[2:-1]}}", f"${{{text}['odd key']}}", f"${{{text}.ratio}}"]
        forms += [f"${{{text}['number'] // 7}} of ${{{text}.name}}", f"${{sum({text}.items) / 4}}"]
    elif value.kind in ("numbers", "rows", "records"):
        forms += [f"${{len({text})}}", f"${{{text}[1:]}}", f"${{reversed({text})}}", f"${{coalesce({text}[0], null)}}"]
        if value.kind == "records":
            forms += [f"${{{text}[*].number}}"]
    elif value.kind == "number":
        forms += [f"${{{text} * 3 - 1}}", f"${{{text} % 5}}"]
    form = random.choice(forms)
    return {"inner": [form, random.randrange(9)]} if random.random() < 0.1 else form


def condition(random: Random, scope: Scope) -> str:
    """A test, without `${}`, that cannot fail."""
    if random.random() < 0.15:
        joint = random.choice(["and", "or", "and not"])
        return f"({condition(random, scope)}) {joint} ({condition(random, scope)})"
    value = pick(random, scope)
    text = value.text
    if value.kind == "record":
        tests = [f"{text}.even", f"not {text}.even", f"{text}.number > 500", f"{text}.number % 3 != 0"]
        tests += [f"len({text}.items) > 1", f"{text}.number in {text}.items", f"{text}.name == 'a0'"]
        tests += [
            f"{text}['odd key']['ä/~1'] < 0",
            f"{text}.ratio >= 60",
            f"'1' in {text}.text",
            f"{text}.text[-1] == '7'",
        ]
        tests += [
            f"{text}.even and {text}.number < 900 or not {text}.even",
            f"({text}.number if {text}.even else 0) > 9",
        ]
        tests += [f"{text}.items == []", f"{text}.rows != []", f"coalesce({text}.items[0], 0) == {text}.number"]
        tests += [
            f"coalesce({text}.rows[0].cells, null) == []",
            f"{text}.name in ['a0', 'b2', 'used']",
            f"{text}.given == null",
        ]
        tests += [
            f"{text} == {pick(random, scope).text}",
            f"{text}.items == {pick(random, scope).text}",
            f"{text}.text < 'b'",
        ]
        tests += [f"{text}.ratio == {text}.number", f"coalesce({text}.given.x0, {text}.given, 3) != 'goose'"]
        tests += [f"coalesce({text}.items[-1], 4) > 500", f"{text}.even == true"]
        tests += [f"coalesce({text}.even, false)", f"coalesce({text}.missing, {text}.number, 1) > 300"]
    elif value.kind in ("numbers", "rows", "records"):
        tests = [f"len({text}) > 1", f"len({text}) == 0", f"len({text}) >= params.limit - 3"]
        if value.kind == "records":
            tests += [f"coalesce({text}[0].even, false) == true", f"coalesce({text}[-1].number, 1) > 500"]
            tests += [f"coalesce({text}[1].items, null) == null"]
        tests += [f"{text} == []", f"coalesce({text}[0], 1) != {pick(random, scope).text}"]
    elif value.kind == "number":
        tests = [f"{text} % 2 == 0", f"{text} < 500"]
    else:
        tests = ["params.flag", "params.limit > 2", "params.text == ''", "params.limit in [1, 2, 3]"]
        tests += [f"{text} == params.text", f"{text} != null", "params.words == ['goose']", "run.name != env.MODE"]
        tests += [f"coalesce({text}, null) != null", f"string({text}) != 'x'"]
    return random.choice(tests)


def source(random: Random, scope: Scope) -> tuple[object, Kind]:
    """A list to be run over, and of what kind its items are."""
    lists: list[tuple[object, Kind]] = [("${range(params.limit)}", "number"), ([3, 1, 2], "number")]
    lists += [("${params.words}", "anything"), (["${params.text}", "${params.flag}"], "anything")]
    lists += [("${[]}", "number")] * (random.random() < 0.3)
    for value in scope.values[-6:]:
        text = value.text
        if value.kind == "record":
            lists += [(f"${{{text}.items}}", "number"), (f"${{{text}.rows}}", "anything")]
            lists += [(f"${{[{text}, {text}]}}", "record"), (f"${{sorted({text}.items)}}", "number")]
        elif value.kind in ("numbers", "rows", "records"):
            items: dict[Kind, Kind] = {"numbers": "number", "rows": "anything", "records": "record"}
            lists += [(f"${{{text}}}", items[value.kind])] * 3
    return random.choice(lists)
