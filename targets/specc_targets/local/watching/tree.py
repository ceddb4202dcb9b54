"""How a run stands: a tree of steps, kept up to date by events, those of a run here or those that one has left."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from typing import Literal

from specc_targets.local.cell_names import CellNames
from specc_targets.local.events import (
    Event,
    ItemsFinished,
    Retrying,
    RunEnded,
    RunStarted,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
    StepWaiting,
)

State = Literal["running", "done", "failed", "skipped", "stopped"]
ENDED: tuple[State, ...] = ("done", "failed", "skipped")
"""How a step can come to its end."""
KEPT = 50
"""Ended steps of one group that can still be shown one by one; of others only their number is known."""
_WINDOW = 10.0
"""Seconds that the rate of a map looks back on."""


class Node:
    """A step. Inside a map it stands for all items: then it counts its calls."""

    def __init__(self, path: str, parent: Node | None) -> None:
        self.path, self.parent = path, parent
        self.name = path.rpartition("/")[2]
        self.depth = 0
        """Maps around it."""
        self.state: State = "running"
        self.started = self.seconds = self.longest = 0.0
        self.calls = self.running = 0
        self.total: int | None = None
        self.done = self.failed = self.retried = self.recovered = 0
        self.cached = False
        self.asks = ""
        """Whom it waits for, and what they are asked."""
        self.children: dict[str, Node] = {}
        self.active: dict[str, Node] = {}
        self.ended: deque[Node] = deque(maxlen=KEPT)
        self.counts: Counter[State] = Counter()
        self._samples: deque[tuple[float, int]] = deque()

    def rate(self, now: float) -> float:
        """Items per second of late; 0 while that is unknown."""
        if not self._samples:
            return 0.0
        since, before = self._samples[0]
        return (self.done - before) / (now - since) if now > since else 0.0

    def remaining(self, now: float) -> float | None:
        """Seconds until a map will have ended, as it looks; None while that is unknown."""
        rate = self.rate(now)
        return None if self.total is None or rate <= 0 else (self.total - self.done) / rate

    def sample(self, at: float, done: int, *, fresh: bool = False) -> None:
        """Learn that `done` items have ended; `fresh` forgets what was before."""
        if fresh:
            self._samples.clear()
        if not self._samples or at - self._samples[-1][0] >= _WINDOW / 50:
            self._samples.append((at, done))
        while len(self._samples) > 1 and at - self._samples[1][0] >= _WINDOW:
            self._samples.popleft()

    def elapsed(self, now: float) -> float:
        """Seconds that it took, or takes so far."""
        return max(0.0, now - self.started) if self.state == "running" and not self.depth else self.seconds


def descendants(group: Node) -> Iterator[Node]:
    """Every step in a group, a group before what is in it."""
    waiting = list(reversed(group.children.values()))
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children.values()))


class Tree:
    """All steps of a run that have begun."""

    def __init__(self) -> None:
        self.root = Node("", None)
        self.id = self.name = ""
        self.total = 0
        self.resumed = False
        self.status: str | None = None
        self.started: float | None = None
        self.seconds = 0.0
        self.names = CellNames()
        self._parts: dict[tuple[str, tuple[int, ...]], tuple[int, int]] = {}

    def apply(self, event: Event, at: float) -> None:
        """Learn what happened `at` this time; only differences of times matter."""
        if self.started is None:
            self.started = at
        self.names.learn(event)
        match event:
            case RunStarted():
                self.stop(at)  # what an earlier process left behind
                self.id, self.name, self.total, self.resumed = event.id, event.name, event.total, event.resumed
                self.started, self.status = at, None
            case RunEnded():
                self.status, self.seconds = event.status, event.seconds
            case _ if event.step:
                self._of_step(self.node(event.step, event.items), event, at)

    def node(self, path: str, items: tuple[int, ...] = ()) -> Node:
        """The step with this path, from now on known."""
        node = self.root
        parts = path.split("/")
        for index, part in enumerate(parts):
            child = node.children.get(part)
            if child is None:
                child = node.children[part] = Node("/".join(parts[: index + 1]), node)
                child.depth = len(items)
                node.active[part] = child
            node = child
        return node

    def walk(self) -> Iterator[Node]:
        """Every step, a group before what is in it."""
        return descendants(self.root)

    def stop(self, at: float) -> None:
        """Learn that nothing goes on any more: what had not ended was stopped."""
        for node in list(self.walk()):
            if node.state == "running" and (not node.depth or node.running):
                _end(node, "stopped", node.elapsed(at))

    def _of_step(self, node: Node, event: Event, at: float) -> None:
        own = len(event.items) <= node.depth  # else it is about an item of this map
        match event:
            case StepStarted():
                node.depth = len(event.items)
                self._start(node, event.total, at)
            case ItemsFinished():
                self._count(node, event, at)
            case StepWaiting() if not event.items:
                node.asks = f"waits for {' or '.join(event.by)}: {event.message}"
            case Retrying():
                node.retried += 1
            case StepRecovered():
                node.recovered += 1
            case StepFinished():
                node.cached = event.cached
                _end(node, "done", max(node.seconds, event.seconds) if event.cached else event.seconds)
            case StepSkipped():
                _end(node, "skipped", 0.0)
            case StepFailed() if own:
                _end(node, "failed", at - node.started if node.started else 0.0)

    def _start(self, node: Node, total: int | None, at: float) -> None:
        if node.depth:
            node.running += 1
            if total is not None:
                node.total = (node.total or 0) + total
        else:
            node.started = at
            node.total, node.done, node.failed = total, 0, 0
            node.sample(at, 0, fresh=True)
        _activate(node)

    def _count(self, node: Node, event: ItemsFinished, at: float) -> None:
        if event.items:
            key = (event.step, event.items)
            done, failed = self._parts.pop(key, (0, 0))
            node.done += event.done - done
            node.failed += event.failed - failed
            if event.done < event.total:
                self._parts[key] = (event.done, event.failed)
            return
        first = self.resumed and not node.done
        node.done, node.total, node.failed = event.done, event.total, event.failed
        node.sample(at, event.done, fresh=first)  # what was done before the run was resumed is no rate


def _activate(node: Node) -> None:
    parent = node.parent
    if node.state != "running" and parent is not None:  # in a loop, or in another item of a map
        parent.counts[node.state] -= 1
        if node in parent.ended:
            parent.ended.remove(node)
        node.state = "running"
        parent.active[node.name] = node


def _end(node: Node, state: State, seconds: float) -> None:
    node.calls += 1
    node.longest = max(node.longest, seconds)
    node.seconds = node.seconds + seconds if node.depth else seconds
    if node.depth and state != "stopped":
        node.running = max(0, node.running - 1)
        if node.total is None:
            node.done += state == "done"
            node.failed += state == "failed"
        return  # as long as the map goes on, it may be called again
    parent = node.parent
    node.asks = ""
    if parent is None or node.state != "running":
        return
    node.state = state
    parent.active.pop(node.name, None)
    parent.ended.append(node)
    parent.counts[state] += 1
