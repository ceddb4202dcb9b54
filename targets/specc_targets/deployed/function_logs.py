"""What the functions and jobs of a machine print, from CloudWatch Logs, with the step that each line came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from specc_runtime.marks import read_mark
from specc_targets.deployed.causes import user_traceback
from specc_targets.deployed.errors import client_error, code_of, told
from specc_targets.deployed.session import Account

_OF_LAMBDA = re.compile(r"(START|END|REPORT|INIT_START|INIT_REPORT|EXTENSION|XRAY) ")
_LOGGED = re.compile(r"\[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\]\t\S+\t\S+\t")
"""The preface of Python's `logging` in Lambda: level, time, id of the request."""
_FAILURE = re.compile(r"\[ERROR\] \S+")
_LATE = 60_000
"""Milliseconds by which lines may arrive after newer ones."""
_AROUND = 120.0
"""Seconds after the end of a run in which its last lines may still arrive."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A line."""

    at: float
    """Seconds since the epoch."""
    step: str
    items: tuple[int, ...]
    level: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a step's function began."""

    step: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """A call ended with an error."""

    step: str
    items: tuple[int, ...]
    said: str
    """``ValueError: three``."""
    traceback: str
    """The user's own, as Python prints it."""


@dataclass(eq=False)
class FunctionLogs:
    """The logs of one run; can be read again for what is new."""

    account: Account
    groups: list[str]
    run: str
    since: float
    """When the run began, in seconds since the epoch."""
    _seen: set[str] = field(default_factory=set)
    _latest: dict[str, int] = field(default_factory=dict)
    """Log group -> when its newest line was written, in milliseconds."""
    _places: dict[str, tuple[str, str, tuple[int, ...]] | None] = field(default_factory=dict)
    """Log stream -> run, step and items of the call that is under way."""

    def new(self, until: float | None = None) -> Iterator[Printed | Called | Raised]:
        """What was printed since the last time, by group and time; up to a while after `until`."""
        for group in self.groups:
            for event in self._events(group, until):
                if event["eventId"] in self._seen:
                    continue
                self._seen.add(event["eventId"])
                found = self._read(event)
                if found is not None:
                    yield found

    def _events(self, group: str, until: float | None) -> Iterator[dict[str, Any]]:
        begin = int(self.since * 1000) - 1000
        options: dict[str, Any] = {"logGroupName": group, "startTime": begin}
        if until is not None:
            options["endTime"] = int((until + _AROUND) * 1000)
        elif group in self._latest:  # a run that is watched: lines that come later than this are read at its end
            options["startTime"] = max(begin, self._latest[group] - _LATE)
        with told(self.account.endpoint):
            try:
                for page in self.account.client("logs").get_paginator("filter_log_events").paginate(**options):
                    for event in page["events"]:
                        self._latest[group] = max(event["timestamp"], self._latest.get(group, 0))
                        yield event
            except client_error() as error:
                if code_of(error) != "ResourceNotFoundException":  # nothing was printed yet
                    raise

    def _read(self, event: dict[str, Any]) -> Printed | Called | Raised | None:
        stream, text = event["logStreamName"], event["message"].rstrip("\n")
        mark = read_mark(text)
        if mark is not None:
            self._places[stream] = mark
            return Called(mark[1], mark[2]) if mark[0] == self.run else None
        if _OF_LAMBDA.match(text):
            self._places[stream] = None
            return None
        place = self._places.get(stream)
        if place is None or place[0] != self.run:
            return None
        if _FAILURE.match(text) and "Traceback (most recent call last)" in text:
            said, _, stack = text.removeprefix("[ERROR] ").partition("\nTraceback (most recent call last):\n")
            return Raised(*place[1:], said, user_traceback(said, stack.splitlines(keepends=True)))
        logged = _LOGGED.match(text)
        level = logged[1] if logged is not None else None
        return Printed(event["timestamp"] / 1000, *place[1:], level, text[logged.end() :] if logged else text)
