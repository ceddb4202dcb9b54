"""The steps of a run: the spec's structure, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from specc_targets.report.facts import Facts
from specc_targets.report.gather import Gathered

if TYPE_CHECKING:
    from specc.ir.module import Module
    from specc_targets.graph.picture import Link, Node

State = Literal["succeeded", "cached", "tolerated", "failed", "running", "unfinished", "skipped", "notrun"]
"""`tolerated`: it has a result although something in it failed. `unfinished`: begun, and stopped before its end."""
_WORST: tuple[State, ...] = ("failed", "running", "unfinished", "tolerated")


@dataclass(slots=True)
class Step:
    """A step of the spec."""

    key: str
    name: str
    kind: str
    notes: tuple[str, ...]
    depth: int
    many: bool
    """It stands in a map or a loop, so that it may run any number of times."""
    facts: Facts
    parent: Step | None = None
    children: list[Step] = field(default_factory=list)
    state: State = "notrun"
    start: float = 0.0
    """Seconds since the epoch; 0 when it never began."""
    end: float = 0.0

    def walk(self) -> Iterator[Step]:
        """This step and those in it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Tree:
    """All steps of a run."""

    roots: list[Step]
    links: list[Link]
    module: Module | None
    """None when the plan cannot be read; then the steps are those that left a trace."""

    def walk(self) -> Iterator[Step]:
        """All steps, outer ones first, in the order of the plan."""
        for root in self.roots:
            yield from root.walk()


def grow(found: Gathered, status: str, now: float) -> Tree:
    """The steps with their states; what is running is so until `now`."""
    module = _module(found.plan)
    if module is None:
        tree = Tree(_traces(found), [], None)
    else:
        from specc_targets.graph.draw import draw
        from specc_targets.graph.picture import Link, endings

        picture = draw(module)
        _name_finally(found, module, {node.key for node in picture.walk()})
        nodes = [node for node in picture.nodes if node.kind != "output"]
        tree = Tree([_step(node, found, None) for node in nodes], list(picture.links), module)
        tree.links += [Link(source=a.key, target=b.key, kind="order") for a, b in endings(picture)]
    for root in tree.roots:
        _judge(root, found, status, now)
    return tree


def _name_finally(found: Gathered, module: Module, keys: set[str]) -> None:
    """Events and logs tell of `notify` what the journal and pictures call `finally/notify`."""
    for op in module.finally_.ops:
        for key in [key for key in found.steps if key == op.name or key.startswith(f"{op.name}/")]:
            if key not in keys:
                found.step(f"finally/{key}").absorb(found.steps.pop(key))


def _module(plan: dict[str, Any]) -> Module | None:
    from specc_targets.local.plan_reader import read_plan
    from specc_targets.local.plan_values import PlanError

    try:
        return read_plan(plan) if plan else None
    except (PlanError, RecursionError):
        return None


def _step(node: Node, found: Gathered, parent: Step | None) -> Step:
    many = parent is not None and (parent.many or parent.kind in ("map", "loop"))
    depth = parent.depth + 1 if parent else 0
    facts = _facts(node, found, parent)
    step = Step(node.key, node.name, node.kind, node.notes, depth, many, facts, parent)
    step.children = [_step(child, found, step) for child in node.children]
    return step


def _facts(node: Node, found: Gathered, parent: Step | None) -> Facts:
    """What is known of a step, which has shorter names in the journal where it stands in a box of its own name."""
    known = found.steps.get(node.key)
    if known is not None or parent is None:
        return known or Facts()
    if node.name == parent.name:
        return parent.facts.apart()
    if node.kind == "handler":  # beside its owner, whose box has the owner's name
        return found.steps.get(parent.key.rpartition("/")[0] + "/" * ("/" in parent.key) + node.name) or Facts()
    return Facts()


def _traces(found: Gathered) -> list[Step]:
    return [
        Step(key, key, "map" if facts.items or facts.density else "call", (), 0, False, facts)
        for key, facts in found.steps.items()
        if key
    ]


def _judge(step: Step, found: Gathered, status: str, now: float) -> None:
    for child in step.children:
        _judge(child, found, status, now)
    facts = step.facts
    inner = [child for child in step.children if child.start]
    starts = [moment for moment in (facts.first, facts.begun, *(child.start for child in inner)) if moment > 0]
    ends = [moment for moment in (facts.last, facts.ended, *(child.end for child in inner)) if moment > 0]
    step.state = _state(step, found, status)
    if starts:
        step.start = min(starts)
        ran = max([facts.last, *(child.end for child in inner)])
        if any(ran < session.first <= facts.ended for session in found.sessions) and ran:
            ends = [ran]  # a later process only told again what this one had done
        step.end = max([step.start, *ends])
        if step.state == "running":
            step.end = max(step.end, now)
        elif step.state == "unfinished":
            step.end = max([step.end, *(session.last for session in found.sessions)])


def _state(step: Step, found: Gathered, status: str) -> State:
    facts = step.facts
    open_: State = "running" if status == "running" else "unfinished"
    inner = {child.state for child in step.children}
    blamed = _blamed(found, step.key)
    if facts.told == "recovered":
        return "tolerated"
    if blamed or facts.told == "failed":
        return "tolerated" if status == "succeeded" else "failed"
    if facts.told == "skipped" or (facts.skipped and not facts.done and not step.children):
        return "skipped"
    if facts.recovered and facts.told != "running":
        return "tolerated"
    if facts.failed:
        return _with_failures(step, status, open_)
    if step.children and facts.told != "finished":
        return _of_children(inner, open_, status)
    if facts.told == "finished" or facts.done:
        if "tolerated" in inner or "failed" in inner:
            return "tolerated"
        if facts.told != "finished" and facts.told == "running":
            return open_ if step.kind == "map" or not facts.done or step.many else "succeeded"
        if not facts.told and step.kind == "map" and facts.total and facts.done < facts.total:
            return open_
        return "cached" if facts.cached >= max(1, facts.done) else "succeeded"
    return open_ if facts.told == "running" else "notrun"


def _with_failures(step: Step, status: str, open_: State) -> State:
    around: Step | None = step
    while around is not None:
        if around.facts.told == "finished" or status == "succeeded":
            return "tolerated"
        around = around.parent
    if step.many:
        return "failed"
    if step.kind == "map" and step.facts.told == "running" and status != "failed":
        return open_
    return "failed"


def _of_children(inner: set[State], open_: State, status: str) -> State:
    for state in _WORST:
        if state in inner:
            return "tolerated" if state == "failed" and status == "succeeded" else state
    ran = inner & {"succeeded", "cached"}
    if "notrun" in inner and ran:
        return "succeeded" if status == "succeeded" else open_
    if ran:
        return "cached" if inner <= {"cached", "skipped"} else "succeeded"
    return "skipped" if "skipped" in inner and "notrun" not in inner else "notrun"


def _blamed(found: Gathered, key: str) -> bool:
    error = found.result.get("error")
    step = error.get("step") if isinstance(error, dict) else None
    return isinstance(step, str) and bool(step) and (step == key or step.startswith(f"{key}/"))
