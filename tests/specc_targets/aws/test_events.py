"""Events: patterns, and the inputs that EventBridge makes of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from specc.ir.deployment import Event
from specc_runtime.expressions import Template
from specc_targets.aws.events import Input, InputError, input_of, pattern_of

EVENT: dict[str, Any] = {
    "version": "0",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "resources": ["arn:aws:s3:::incoming"],
    "detail": {"bucket": {"name": "incoming"}, "object": {"key": "raw/a b.csv", "size": 5}, "tags": {"a": [1, None]}},
}


def made(given: Input) -> Any:
    """What EventBridge makes of the event ("Amazon EventBridge input transformation"): inside of a text, the text."""
    found, inside = "", False
    for token in re.findall(r"\\\\.|<[\w.]+>|.", given.text):
        if token == '"':
            inside = not inside
        if len(token) > 2 and token[0] == "<":
            value = read(given.paths.get(token[1:-1], "$"))
            found += value if inside and isinstance(value, str) else json.dumps(value)
        else:
            found += token
    return json.loads(found)


def read(path: str) -> Any:
    value: Any = EVENT
    for key, index in re.findall(r"\.([\w/-]+)|\[(\d+)\]", path):
        value = value[key] if key else value[int(index)]
    return value


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"limit": 10, "names": ["a", None, True, 1.5], "text": "not a $${place}"},
        {"key": "${event.detail.object.key}"},
        {"size": "${event.detail.object.size}", "tags": "${event.detail.tags}", "n": "${event.detail.tags.a[0]}"},
        {"uri": "s3://${event.detail.bucket.name}/${event.detail.object.key}"},
        {"kind": "${event['detail-type']}", "arn": "${event.resources[0]}", "constant": "<x> $${y}"},
        {"everything": {"event": "${event}"}, "list": ["${event.source}", "of ${event.source}"]},
    ],
)
def test_input_is_what_the_expressions_give(arguments: dict[str, Any]) -> None:
    template = Template(arguments)
    given = input_of(template)
    assert made(given) == template.evaluate({"event": EVENT})
    assert len(set(given.paths.values())) == len(given.paths), "a path is read once"
    if not given.paths and "event" not in str(arguments):
        assert json.loads(given.text) == template.evaluate({}), "a constant is no template"


@pytest.mark.parametrize(
    ("arguments", "path", "text"),
    [
        ({"n": "${event.detail.size + 1}"}, ("n",), "event.detail.size + 1"),
        ({"n": {"m": ["${upper(event.source)}"]}}, ("n", "m", 0), "upper(event.source)"),
        ({"n": "${event.resources[-1]}"}, ("n",), "event.resources[-1]"),
        ({"n": "${event.detail['a b']}"}, ("n",), "event.detail['a b']"),
        ({"n": "all of ${event}"}, ("n",), "event"),
        ({"n": "${[event.source]}"}, ("n",), "[event.source]"),
    ],
)
def test_what_a_transformer_cannot_do_stands_where_it_is(arguments: Any, path: tuple[Any, ...], text: str) -> None:
    with pytest.raises(InputError) as caught:
        input_of(Template(arguments))
    assert caught.value.path == path
    at: Any = arguments
    for key in path:
        at = at[key]
    assert caught.value.span is not None
    assert at[slice(*caught.value.span)] == text


def test_a_constant_stays_what_it_is() -> None:
    given = input_of(Template({"text": "<aws.scheduler.execution-id> <b>"}))
    assert json.loads(given.text) == {"text": "<aws.scheduler.execution-id> <b>"}
    assert "<aws." not in given.text


def test_limits_of_a_transformer() -> None:
    assert len(input_of(Template({f"n{at}": f"${{event.detail.n{at}}}" for at in range(100)})).paths) == 100
    with pytest.raises(InputError, match="101 parts"):
        input_of(Template({f"n{at}": f"${{event.detail.n{at}}}" for at in range(101)}))
    with pytest.raises(InputError, match="8,192"):
        input_of(Template({"text": "x" * 8_200}))


def test_patterns() -> None:
    assert pattern_of(Event(source="shop")) == {"source": ["shop"]}
    assert pattern_of(Event(source="aws.s3", bucket="incoming", prefix="raw/")) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["incoming"]}, "object": {"key": [{"prefix": "raw/"}]}},
    }
    assert pattern_of(Event(source="aws.s3", prefix="in/")) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["{bucket}"]}, "object": {"key": [{"prefix": "in/"}]}},
    }
    merged = pattern_of(
        Event(
            source="aws.s3",
            detail_type="Object Deleted",
            bucket="b",
            detail=(("object", {"size": [{"numeric": [">", 5]}]}), ("reason", ["DeleteObject"])),
            prefix="raw/",
        )
    )
    assert merged == {
        "source": ["aws.s3"],
        "detail-type": ["Object Deleted"],
        "detail": {
            "bucket": {"name": ["b"]},
            "object": {"key": [{"prefix": "raw/"}], "size": [{"numeric": [">", 5]}]},
            "reason": ["DeleteObject"],
        },
    }
