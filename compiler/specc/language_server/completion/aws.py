"""Services of AWS and what they do, from the models that botocore ships; botocore itself is not imported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specc.language_server.completion.suggestion import Kind, Suggestion

_TAG = re.compile(r"<[^>]*>")
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)")
_LONGEST = 400
_COMMON = frozenset(
    {
        "athena", "batch", "bedrockruntime", "dynamodb", "ecs", "eventbridge", "glue", "lambda", "s3", "secretsmanager",
        "sfn", "sns", "sqs", "ssm",
    }
)  # fmt: skip
"""Services that workflows call most."""


def actions(typed: str) -> Iterator[tuple[Suggestion, str, bool]]:
    """What `aws` may say: a service first, then its actions; whether something is to follow."""
    from specc.services import available, find_service

    service, colon, _ = typed.partition(":")
    if not colon:
        from specc_runtime.actions.aws_names import SERVICES

        for name in sorted({*available(), *(other for other, boto in SERVICES.items() if boto in available())}):
            rank = 1 if name in _COMMON else 2
            yield Suggestion(f"{name}:", Kind.Module, "AWS service", rank=rank), f"{name}:", True
        return
    found = find_service(service)
    if found is None:
        return
    for name in found.operations:
        operation = found.operation(name)
        if operation is None or operation.streams_events:
            continue
        one = Suggestion(name, Kind.Method, found.id, about(operation.raw), rank=1, deprecated=operation.deprecated)
        yield one, f"{service}:{name}", False


def about(raw: Mapping[str, Any]) -> str:
    """The first sentence of what a model says of something."""
    text = " ".join(_TAG.sub(" ", str(raw.get("documentation", ""))).split()).replace(" .", ".")
    sentence = _SENTENCE.match(text)
    return (sentence[1] if sentence else text)[:_LONGEST]
