"""The names of errors that a step may fail with."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion

_WORDS = {
    "*": "Any error.",
    "timeout": "An attempt took longer than `timeout`.",
    "exit": "A process ended with another status than 0.",
    "throttled": "AWS refused a request that came too soon after others.",
    "lost": "What the step ran on was taken away.",
}
_OWN = {
    "ArgumentMismatch": "An argument is not what the function's annotation says.",
    "AwsError": "A service of AWS refused a call.",
    "CommandError": "A command could not be started, or failed.",
    "ExpressionError": "An expression has no value.",
    "HttpError": "A web server refused a request.",
    "LoopExhausted": "`repeat` came to its `max` before `until` was true.",
    "OutputMismatch": "A result is not what the function's annotation says.",
    "Rejected": "A person, or the time, said no to `approve`.",
    "ToleranceExceeded": "More items failed than `tolerate` allows.",
}
_STATUS = {
    "Http404": "There is nothing at this address.",
    "Http409": "The request goes against what is there.",
    "Http429": "There were too many requests.",
    "Http500": "The web server failed.",
    "Http503": "The web server cannot answer now.",
}
_COMMON = (
    "Exception",
    "ValueError",
    "KeyError",
    "TypeError",
    "RuntimeError",
    "OSError",
    "ConnectionError",
    "TimeoutError",
)


def errors(
    request: Request, steps: Iterable[Mapping[str, Any]] | None = None, words: Iterable[str] = tuple(_WORDS)
) -> Iterator[Suggestion]:
    """What steps raise by their own source or by the service's model, then words for what may happen to any.

    Without `steps` it is the step at the cursor.
    """
    for step in (request.step,) if steps is None else steps:
        yield from _of_step(request, step)
    for name in words:
        yield Suggestion(name, Kind.Keyword, about=_WORDS[name], rank=2)
    for name in _COMMON:
        text = getattr(builtins, name).__doc__ or ""
        yield Suggestion(name, Kind.Class, "Python", text.split("\n")[0], rank=3)
    for name, about in _OWN.items():
        yield Suggestion(name, Kind.Class, "specc", about, rank=4)
    for name in vars(builtins):
        if name.endswith("Error"):
            yield Suggestion(name, Kind.Class, "Python", rank=5)


def _of_step(request: Request, step: Mapping[str, Any]) -> Iterator[Suggestion]:
    if isinstance(step.get("call"), str):
        from specc.language_server.completion.code import called

        _, source = called(request, step)
        for name in source.raises if source is not None else ():
            yield Suggestion(name, Kind.Class, f"raised by {step['call']}", rank=0)
    if isinstance(step.get("aws"), str):
        from specc.services import find_service

        service = find_service(step["aws"].partition(":")[0])
        for names in service.errors if service is not None else ():
            for name in names:
                yield Suggestion(name, Kind.Class, f"of {service.id}" if service is not None else "", rank=1)
    if "http" in step:
        for name, about in _STATUS.items():
            yield Suggestion(name, Kind.Class, "of the web server", about, rank=1)
