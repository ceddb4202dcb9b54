"""What the engine does, told to the Automation API as the CLI tells it."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_engine.engine import EngineError, Told
from pulumi_engine.provider.provider import DEFAULTS
from pulumi_engine.state import Resource
from specc_targets.pulumi.preview.values import encode

_PHYSICAL = ("create-replacement", "delete-replaced")
"""Halves of a replacement, which is counted once."""


class Events:
    """Sends events to an address, `tcp://...` or a file; counts steps; holds them to a plan."""

    def __init__(self, address: str | None, *, planning: bool, plan: Mapping[str, list[str]] | None = None) -> None:
        self.planning, self._plan = planning, plan
        self.counts: Counter[str] = Counter()
        self.done: dict[str, list[str]] = {}
        self._sequence = 0
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._file = None if address is None or address.startswith("tcp://") else Path(address)
        self._channel: Any = None
        self._begun: set[tuple[str, str]] = set()
        if address is not None and self._file is None:
            import grpc
            from pulumi.runtime.proto import events_pb2_grpc

            self._channel = grpc.insecure_channel(address.removeprefix("tcp://"))
            stub = events_pb2_grpc.EventsStub(self._channel)
            self._sender = threading.Thread(target=lambda: stub.StreamEvents(self._requests()), daemon=True)
            self._sender.start()

    def _requests(self) -> Any:
        from pulumi.runtime.proto import events_pb2

        while (text := self._queue.get()) is not None:
            yield events_pb2.EventRequest(event=text)

    def send(self, **event: Any) -> None:
        """Send one."""
        self._sequence += 1
        text = json.dumps({"sequence": self._sequence, "timestamp": int(time.time()), **event})
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(text + "\n")
        elif self._channel is not None:
            self._queue.put(text)

    def said(self, severity: str, text: str, urn: str = "") -> None:
        """A message."""
        color = "<{%reset%}>" + text + "<{%reset%}>\n"
        self.send(
            diagnosticEvent={"message": color, "color": "raw", "severity": severity, **({"urn": urn} if urn else {})}
        )

    def tell(self, told: Told, when: str) -> None:
        """A step of the engine."""
        urn, op = told.resource.urn, told.op
        if when == "failed":
            self.send(resOpFailedEvent={"metadata": self._metadata(told, op), "status": 0, "steps": 0})
            return
        if (urn, op) not in self._begun:
            self._hold(urn, op)
            self._begun.add((urn, op))
            self.send(resourcePreEvent={"metadata": self._metadata(told, op), "planning": self.planning})
        if when == "done":
            self.done.setdefault(urn, []).append(op)
            self.send(resOutputsEvent={"metadata": self._metadata(told, op), "planning": self.planning})
            if op not in _PHYSICAL:
                self.counts[op] += 1
            if op == "create-replacement":
                self.tell(Told("replace", told.resource, told.old, told.diff), "done")

    def found(self, told: Told, when: str) -> None:
        """A step of a refresh, whose operation says what is different."""
        if when != "done" or told.resource.type.startswith("pulumi:"):
            return
        self.send(resourcePreEvent={"metadata": self._metadata(told, "refresh"), "planning": self.planning})
        self.send(resOutputsEvent={"metadata": self._metadata(told, told.op), "planning": self.planning})
        self.counts[told.op] += 1

    def _hold(self, urn: str, op: str) -> None:
        if self._plan is not None and op not in self._plan.get(urn, ["same"]):
            raise EngineError(f"resource {urn} violates plan: {op} is not allowed by the plan: {self._plan.get(urn)}")

    def _metadata(self, told: Told, op: str) -> dict[str, Any]:
        new = None if op in ("delete", "delete-replaced") else _state(told.resource)
        kind = "replace" if told.diff.replaces else ""
        detailed = {
            name: {
                "diffKind": "-".join(part for part in ("update", kind if name in told.diff.replaces else "") if part),
                "inputDiff": True,
            }
            for name in sorted(told.diff.changed)
        }
        return {
            "op": op,
            "urn": told.resource.urn,
            "type": told.resource.type,
            "provider": told.resource.provider,
            "old": None if told.old is None else _state(told.old),
            "new": new,
            "keys": sorted(told.diff.replaces) or None,
            "diffs": sorted(told.diff.changed) or None,
            "detailedDiff": detailed or None,
            "logical": op not in _PHYSICAL,
        }

    def end(self, seconds: float, *, failed: bool) -> None:
        """Sum up, and wait until all is sent."""
        summary = {"maybeCorrupt": False, "durationSeconds": int(seconds), "resourceChanges": dict(self.counts)}
        if not failed or self.counts:
            self.send(summaryEvent={**summary, "PolicyPacks": {}})
        self.send(cancelEvent={})
        if self._channel is not None:
            self._queue.put(None)
            self._sender.join(10)
            self._channel.close()


def _state(item: Resource) -> dict[str, Any]:
    inputs = {name: value for name, value in item.inputs.items() if name != DEFAULTS}
    return {
        "urn": item.urn,
        "type": item.type,
        "id": item.id,
        "parent": item.parent,
        "provider": item.provider,
        "custom": item.custom,
        "protect": item.protect,
        "retainOnDelete": item.retain_on_delete,
        "inputs": encode(inputs),
        "outputs": encode(dict(item.outputs)),
    }
