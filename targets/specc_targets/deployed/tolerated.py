"""Items of maps that failed and were tolerated: told by the answers that gather them, listed in the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from specc.diagnostics import ROOT
from specc_runtime.store import StoreError
from specc_targets.deployed.errors import told
from specc_targets.deployed.store import DeployedStore
from specc_targets.local.failures import RunError
from specc_targets.local.running import Tolerated

if TYPE_CHECKING:
    from specc_targets.deployed.session import Account


def tolerated_of(account: Account, history: Iterable[Mapping[str, Any]]) -> Iterator[Tolerated]:
    """What each map of an execution tolerated, in the order in which the maps ended.

    A report that is no longer in the store leaves out why the items failed.
    """
    scheduled: dict[int, int] = {}
    requests: dict[int, Mapping[str, Any]] = {}
    for event in history:
        before = int(event.get("previousEventId", 0))
        if event["type"] == "TaskScheduled":
            scheduled[event["id"]] = event["id"]
            request = _payload(event["taskScheduledEventDetails"].get("parameters"))
            if request.get("action") == "gather":
                requests[event["id"]] = request
        elif before in scheduled:
            scheduled[event["id"]] = scheduled[before]
            asked = requests.get(scheduled[before])
            if event["type"] == "TaskSucceeded" and asked is not None:
                answer = _payload(event["taskSucceededEventDetails"].get("output"))
                if "failures" in answer:
                    yield _read(account, asked, answer)


def _read(account: Account, request: Mapping[str, Any], answer: Mapping[str, Any]) -> Tolerated:
    step, uri = str(request.get("step", "")), str(answer["failures"])
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    report: list[Any] = []
    with told(account.endpoint):
        try:
            report = json.loads(DeployedStore(account, bucket).get(key))
        except (StoreError, ValueError):
            report = []
    errors = {
        int(item["index"]): RunError(item["name"], item["message"], step, (int(item["index"]),)) for item in report
    }
    return Tolerated(step=step, items=(), total=int(request.get("count", len(errors))), errors=errors, origin=ROOT)


def _payload(text: object) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:  # cut off: larger than a history keeps
        return {}
    payload = found.get("Payload") if isinstance(found, dict) else None
    return payload if isinstance(payload, dict) else {}
