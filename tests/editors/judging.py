"""Whether a client's answers are what a case expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from editors.asking import Answers
from editors.corpus import Case


def verdict(case: Case, client: str, answers: Answers) -> list[str]:
    """What is not as expected of a client, be it that it does as all others do."""
    difference = case.differs.get(client)
    if difference is None:
        return list(problems(case.expected, answers))
    if difference.expected.get("unasked"):
        return []
    changed = {key: case.expected[key] for key in difference.expected if key in case.expected}
    found = list(problems({**case.expected, **difference.expected}, answers))
    if changed and "ends" not in difference.expected and not list(problems(changed, answers)):
        found.append(f"it does as all others do; this is not true any more: {difference.reason}")
    return found


def problems(expected: Mapping[str, Any], answers: Answers) -> Iterator[str]:
    """What is not as expected."""
    wanted = [*(expected.get("keys") or ()), *(expected.get("by_action") or ())]
    values, without = expected.get("values"), expected.get("without") or ()
    if wanted or values is not None or without:
        labels = [label.lower() for label in answers.labels()]
        yield from (f"`{key}` is not offered: {labels}" for key in wanted if key.lower() not in labels)
        yield from (f"`{key}` is offered" for key in without if key.lower() in labels)
        if values is not None and sorted(set(labels)) != sorted(str(value).lower() for value in values):
            yield f"other values are offered: {labels}"
    if (texts := expected.get("hover")) is not None:
        hover = answers.hover()
        yield from (f"the hover has no `{text}`: {hover}" for text in texts if text not in hover)
        if not texts and hover:
            yield f"there is a hover: {hover}"
    if (taken := expected.get("accept")) is not None:
        yield from _accepted(taken, answers)
    if expected.get("quiet") and (messages := answers.messages()):
        yield f"it is not quiet: {messages}"
    if (faults := expected.get("faults")) is not None:
        found, expected_faults = answers.faults(), answers.expected_faults(faults)
        if found != expected_faults:
            yield f"faults are at {found}, not at {expected_faults}: {answers.messages()}"
    if expected.get("somewhere") and not answers.faults():
        yield "nothing is wrong"
    if expected.get("ends") and not answers.ends():
        yield "the server does not end"


def _accepted(taken: Mapping[str, Any], answers: Answers) -> Iterator[str]:
    text = answers.accepted(taken["label"])
    if "gives" in taken and taken["gives"] not in text:
        yield f"it gives: {text}"
    if "never" in taken and taken["never"] in text:
        yield f"it gives `{taken['never']}`: {text}"
    if taken.get("valid") and not answers.is_quiet(text):
        yield f"it is not valid: {text}"
