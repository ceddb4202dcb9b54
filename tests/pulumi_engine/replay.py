"""A program that was run once, applied again and again without Pulumi's runtime.

It is run with a mark for each output of each resource. What it makes of them is text around those marks, so that
putting in what there is gives what the program would have registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_engine.engine import Applied, Engine, EngineError, Told, bare
from pulumi_engine.projects import Deployed
from pulumi_engine.provider.provider import Provider
from pulumi_engine.state import State
from specc_targets.pulumi.preview.monitor import Made, Message, Ran, Wanted, in_program_order, run_program

_MARK = re.compile(r"\{\{([\w-]+)\.(\w+)\}\}")
_OUTPUTS = ("arn", "name", "bucket", "id", "version", "qualifiedArn", "invokeArn", "key", "rule", "family", "revision")
"""Outputs that programs use beside what they say themselves."""


class _Recorder:
    """Answers a program with marks."""

    def __init__(self, provider: Provider) -> None:
        self.wanted: list[Wanted] = []
        self.exported: dict[str, Any] = {}
        self._provider = provider

    def resource(self, wanted: Wanted) -> Made:
        self.wanted.append(wanted)
        if not wanted.custom:
            return Made("", {})
        marks = {name: f"{{{{{wanted.name}.{name}}}}}" for name in _OUTPUTS}
        return Made(marks["id"], {**marks, **wanted.inputs})

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._provider.invoke(token, bare(arguments))

    def outputs(self, outputs: Mapping[str, Any]) -> None:
        self.exported = dict(outputs)


@dataclass
class Replay:
    """What a program registers, in an order in which it may."""

    deployed: Deployed
    wanted: list[Wanted]
    exported: dict[str, Any]

    @classmethod
    def of(cls, deployed: Deployed) -> Replay:
        """Run a program once."""
        recorder = _Recorder(deployed.provider)
        ran = run_program(
            deployed.directory,
            project=deployed.project,
            stack=deployed.stack,
            config=deployed.config,
            planner=recorder,
            dry_run=False,
            timeout=120,
        )
        assert ran.ok, (ran.errors, ran.stderr)
        return cls(deployed, in_program_order(recorder.wanted), recorder.exported)

    @property
    def resources(self) -> list[Wanted]:
        """Those that a provider makes."""
        return [item for item in self.wanted if item.custom]

    def changed(self, name: str, **inputs: Any) -> Replay:
        """The program with other inputs of a resource; None takes one away."""

        def edited(item: Wanted) -> Wanted:
            kept = {**item.inputs, **inputs}
            return replace(item, inputs={key: value for key, value in kept.items() if value is not None})

        found = [edited(item) if item.name == name else item for item in self.wanted]
        assert found != self.wanted, f"{name} has these inputs"
        return replace(self, wanted=found)

    def without(self, *names: str) -> Replay:
        """The program without some resources, and without what depends on them."""
        gone = {item.urn for item in self.wanted if item.name in names}
        assert len(gone) == len(names)
        kept = []
        for item in self.wanted:
            if item.urn in gone or gone & set(item.dependencies):
                gone.add(item.urn)
            else:
                kept.append(item)
        names = {urn.rpartition("::")[2] for urn in gone}
        exported = {name: value for name, value in self.exported.items() if not names & set(_named(value))}
        return replace(self, wanted=kept, exported=exported)

    def up(
        self,
        state: State | None = None,
        *,
        dry_run: bool = False,
        save: Callable[[State], None] = lambda _: None,
        tell: Callable[[Told, str], None] = lambda *_: None,
    ) -> Applied:
        """Apply it. What the engine raises ends it as it ends a program: what was done is in the state."""
        deployed = self.deployed
        state = deployed.state if state is None else state
        place: Path = deployed.directory
        engine = Engine(place, deployed.project, deployed.stack, state, deployed.provider, dry_run, save, tell)
        outputs: dict[str, Mapping[str, Any]] = {}
        messages = []
        try:
            for item in self.wanted:
                made = engine.resource(replace(item, inputs=_filled(item.inputs, outputs)))
                outputs[item.name] = {"id": made.id, **made.outputs}
            engine.outputs(_filled(self.exported, outputs))
            engine.finish()
        except EngineError as error:
            messages.append(Message("error", "", str(error)))
        ran = Ran(not messages, tuple(messages), "", "")
        return Applied(state, engine.steps, state.outputs, ran)


def _named(value: Any) -> list[str]:
    """The resources whose outputs are in a value."""
    if isinstance(value, Mapping):
        return [name for item in value.values() for name in _named(item)]
    return [found[1] for found in _MARK.finditer(value)] if isinstance(value, str) else []


def _filled(value: Any, outputs: Mapping[str, Mapping[str, Any]]) -> Any:
    """A value with what there is in the places of marks."""
    if isinstance(value, str):
        whole = _MARK.fullmatch(value)
        if whole:
            return bare(outputs[whole[1]][whole[2]])
        return _MARK.sub(lambda found: str(bare(outputs[found[1]][found[2]])), value)
    if isinstance(value, Mapping):
        return {name: _filled(item, outputs) for name, item in value.items()}
    return [_filled(item, outputs) for item in value] if isinstance(value, list) else value
