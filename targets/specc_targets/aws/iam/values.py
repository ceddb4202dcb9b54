"""What is known at compile time of the texts among an operation's parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from specc_runtime.expressions import JsonValue
from specc_runtime.expressions.template import split_text
from specc_targets.aws.arns import Arn, Resource, partition_of

_EXPRESSION = re.compile(r"\{%\s*(.*?)\s*%\}", re.DOTALL)
_DEFINITION = re.compile(r"\s*\$_\w+ := ")
_LITERAL = re.compile(r'\(*\s*("(?:[^"\\]|\\.)*")\s*(&)?')
_LITERALS = re.compile(r'"(?:[^"\\]|\\.)*"')
_ANY_LETTER = str.maketrans("*$", "??")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+", re.DOTALL)
_QUEUE = re.compile(r"https://sqs\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<account>\d{12})/(?P<name>.*)")
_ENDING = "??????"
_STEP = re.compile(r"(?P<name>\w+)(?P<into>\[\]|<>)?")
_PARAMETER = re.compile(r"\{(?P<path>[\w.\[\]<>]+)(?:=(?P<default>[^|}]*))?(?:\|(?P<filter>\w+))?\}")


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text, or the beginning of one."""

    start: str
    whole: bool = True
    """Whether that is all of it."""

    @property
    def pattern(self) -> str:
        """What stands for it in a resource."""
        return self.start if self.whole else f"{self.start}*"


UNKNOWN = Text("", whole=False)
Known = Callable[[str], "Text | None"]
"""What an expression of a machine says, where whoever walks the machine knows more than the expression shows."""


def text_of(value: JsonValue, known: Known = lambda _: None) -> Text:
    """What is known of a value of a machine or of a request, either of which may hold expressions.

    Letters of it that mean something to IAM stand for any letter.
    """
    if not isinstance(value, str):
        return UNKNOWN
    found = _EXPRESSION.fullmatch(value)
    if found is not None:
        return known(found[1]) or _plain_text(_beginning(found[1]))
    parts = split_text(value, [])
    first = parts[0] if parts else ""
    return _plain_text(Text(first if isinstance(first, str) else "", whole=len(parts) < 2 and isinstance(first, str)))


def _plain_text(text: Text) -> Text:
    return Text(text.start.translate(_ANY_LETTER), text.whole)


def _beginning(expression: str) -> Text:
    """The text that a JSONata expression begins with: `"a-" & $x` begins with `a-`."""
    found = _LITERAL.match(_without_helpers(expression))
    if found is None:
        return UNKNOWN
    rest = _without_helpers(expression)[found.end() :].strip(" )")
    return Text(str(json.loads(found[1])), whole=found[2] is None and not rest)


def _without_helpers(expression: str) -> str:
    """The expression without definitions of functions before it: `($_f := function...; text)`."""
    rest = expression.removeprefix("(")
    while (found := _DEFINITION.match(rest)) is not None:
        depth = 0
        for match in re.finditer(r'"(?:[^"\\]|\\.)*"|/(?:[^/\\\n]|\\.)+/|[{}();]', rest[found.end() :]):
            depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(match[0], 0)
            if match[0] == ";" and depth == 0:
                rest = rest[found.end() + match.end() :].lstrip()
                break
        else:
            return expression
    return rest


def last_literal(value: JsonValue) -> str | None:
    """The text that an expression ends with, if it is a literal: the name in an ARN that a machine makes up."""
    found = _EXPRESSION.fullmatch(value) if isinstance(value, str) else None
    literals = _LITERALS.findall(found[1]) if found is not None else []
    if found is None or not literals or not found[1].rstrip(" )").endswith(literals[-1]):
        return None
    return str(json.loads(literals[-1]))


def values_at(parameters: JsonValue, path: str, default: str | None = None) -> list[JsonValue]:
    """The values at a path such as `Entries[].EventBusName`, with the default wherever the last name is not given.

    Empty where nothing is given at all.
    """
    found: list[JsonValue] = [parameters]
    steps = path.split(".")
    for number, step in enumerate(steps, 1):
        match = _STEP.fullmatch(step)
        assert match is not None
        instead: list[JsonValue] = [default] if default is not None and number == len(steps) else []
        found = [item for value in found for item in (_step(value, match["name"], match["into"]) or instead)]
    return found


def _step(value: JsonValue, name: str, into: str | None) -> list[JsonValue]:
    if not isinstance(value, dict):
        return [value] if isinstance(value, str) else []  # an expression says nothing of what is inside of it
    found = next((item for key, item in value.items() if key.lower() == name.lower()), None)
    if found is None:
        return []
    if into == "[]":
        return found if isinstance(found, list) else [found]
    if into == "<>":
        return list(found) if isinstance(found, dict) else [found]
    return [found]


@dataclass(frozen=True, slots=True)
class Named:
    """A resource that parameters name."""

    resource: Resource
    unknown: str = ""
    """The parameter of which not all is known."""
    wide: bool = False
    """Whether nothing of it is known."""


def resources(pattern: str, parameters: JsonValue, known: Known = lambda _: None) -> Iterator[Named]:
    """The resources that `service:region:account:text` with `{paths}` means.

    Nothing, where a parameter without a default is not given.
    """
    service, region, account, text = pattern.split(":", 3)
    for filled, unknown, wide in _filled(text, parameters, known):
        whole = _ARN.search(filled)
        if whole is not None:
            yield Named(whole[0], unknown, wide)
        else:
            yield Named(Arn(service, filled, region=bool(region), account=bool(account)), unknown, wide)


def _filled(text: str, parameters: JsonValue, known: Known) -> Iterator[tuple[str, str, bool]]:
    """The text with what is known in the place of paths, as in `Named`."""
    found = _PARAMETER.search(text)
    if found is None:
        yield text, "", False
        return
    values = values_at(parameters, found["path"], found["default"])
    rest = list(_filled(text[found.end() :], parameters, known))
    for value in dict.fromkeys(item if isinstance(item, str) else None for item in values):
        filtered = FILTERS[found["filter"] or "plain"](value, text_of(value, known))
        unknown = "" if filtered.whole else found["path"]
        for after, later, wide in rest:
            yield text[: found.start()] + filtered.pattern + after, unknown or later, wide or filtered == UNKNOWN


Filter = Callable[[JsonValue, Text], Text]


def _plain(_: JsonValue, text: Text) -> Text:
    return text if text.whole or not text.start.startswith("arn:") else UNKNOWN


def _queue(_: JsonValue, text: Text) -> Text:
    """The ARN that a queue's URL tells, or its name where the URL is that of an emulator."""
    found = _QUEUE.fullmatch(text.start)
    if found is not None:
        region = found["region"]
        return Text(f"arn:{partition_of(region)}:sqs:{region}:{found['account']}:{found['name']}", text.whole)
    return Text(text.start.rstrip("/").rpartition("/")[2]) if text.whole else UNKNOWN


def _secret(_: JsonValue, text: Text) -> Text:
    """A secret's name; its ARN ends in six letters more (Secrets Manager User Guide, "Secret ARN")."""
    whole = text.whole and text.start.startswith("arn:")
    return text if whole or not text.whole else Text(f"{text.start}-{_ENDING}")


def _parameter(_: JsonValue, text: Text) -> Text:
    return Text(text.start.removeprefix("/"), text.whole)


def _function(_: JsonValue, text: Text) -> Text:
    """A function's name out of `NAME`, `NAME:QUALIFIER` or `ACCOUNT:function:NAME`."""
    if text.start.startswith("arn:"):
        return _plain(None, text)
    return Text(text.start.rpartition("function:")[2].partition(":")[0], text.whole)


def _last(_: JsonValue, text: Text) -> Text:
    """The name at the end of an ARN or a path."""
    return Text(text.start.rpartition("/")[2], text.whole) if text.whole else _plain(None, text)


def _machine(value: JsonValue, text: Text) -> Text:
    """A state machine's ARN, or its name out of one that the machine makes up of its own."""
    if text.whole:
        return text
    ending = last_literal(value)
    return Text(ending.rpartition(":")[2]) if ending else UNKNOWN


def _executions(value: JsonValue, text: Text) -> Text:
    """The same of its executions, without their names."""
    found = _machine(value, text)
    return Text(found.start.replace(":stateMachine:", ":execution:"), found.whole)


def _revisions(_: JsonValue, text: Text) -> Text:
    """All revisions of a job or task definition that is named without one."""
    last = text.start.rpartition("/")[2]
    return Text(text.start if ":" in last or not text.whole else f"{text.start}:*", text.whole)


FILTERS: Mapping[str, Filter] = {
    "plain": _plain,
    "queue": _queue,
    "secret": _secret,
    "parameter": _parameter,
    "function": _function,
    "name": _last,
    "machine": _machine,
    "executions": _executions,
    "revisions": _revisions,
}
"""Functions that data about operations names."""
