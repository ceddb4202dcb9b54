"""Reads what a run told while it went on: its events, and what its steps printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc_targets.report.addresses import label_of
from specc_targets.report.facts import RETRIES, Facts, Retry
from specc_targets.report.gather import Gathered
from specc_targets.report.reading import moment, number, text

_ENDINGS = {
    "step-finished": "finished",
    "step-skipped": "skipped",
    "step-failed": "failed",
    "step-recovered": "recovered",
}


def read_event(found: Gathered, event: Mapping[str, Any]) -> None:
    """Add one event to what is known."""
    kind, time, where = text(event.get("event"), 40), moment(event.get("time")), label_of(event.get("items"))
    _lengthen(found, time)
    path = text(event.get("step"), 500)
    if not path:
        return
    facts = found.step(path)
    if not where:
        facts.total = max(facts.total, int(number(event.get("total"))))
    if kind == "retrying":
        facts.retried += 1
        if len(facts.retries) < RETRIES:
            attempt, delay = int(number(event.get("attempt"))), number(event.get("delay"))
            facts.retries.append(Retry(time, where, attempt, delay, _said(event.get("error"))))
    elif kind == "step-started" and not where:
        facts.begun = min(facts.begun or time, time)
        facts.told = "running"
    elif kind in _ENDINGS and not where:
        known = bool(event.get("cached"))
        facts.cached += known and not facts.done
        if not (known and facts.done):  # what an earlier process did ended then
            facts.ended = max(facts.ended, time)
        if not (kind == "step-finished" and facts.told == "recovered"):
            facts.told = _ENDINGS[kind]
            facts.because = text(event.get("because"), 300)
    if kind in ("step-failed", "step-recovered"):
        _failure(found, facts, path, where, time, event)


def _said(error: object) -> str:
    if not isinstance(error, dict):
        return ""
    return f"{text(error.get('name'), 100)}: {text(error.get('message'), 300)}"


def _lengthen(found: Gathered, time: float) -> None:
    """Something was told at `time`: the process whose records are nearest was at work then."""
    known = [session for session in found.sessions if session.first > 0]
    if known and time > 0:
        min(known, key=lambda session: max(session.first - time, time - session.last)).add(time, time)


def _failure(found: Gathered, facts: Facts, path: str, where: str, time: float, event: Mapping[str, Any]) -> None:
    """A failure that ended the run, or was handled: the journal holds only those that a run can go on after."""
    error = event.get("error")
    if not isinstance(error, dict) or error.get("step") != path or label_of(error.get("items")) != where:
        return  # it only came through here
    handled = event.get("event") == "step-recovered"
    again = any(session.first > time for session in found.sessions)
    if where in facts.failing or (not handled and facts.done and not where and not again):
        return
    if not handled and not again:
        facts.failing.add(where)
    facts.recovered += handled
    found.fail(path, where, error.get("name"), error.get("message"), error.get("traceback"), handled or again)


def read_log(found: Gathered, line: Mapping[str, Any]) -> None:
    """Add one line of a log to what is known."""
    kind = text(line.get("level"), 20) or text(line.get("stream"), 20)
    entry = moment(line.get("time")), label_of(line.get("items")), kind, text(line.get("text"), 600)
    found.step(text(line.get("step"), 500)).log.add(entry)
