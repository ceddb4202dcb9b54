"""A test engine: what Pulumi's does with what a program registers, on top of the test provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.provider import Provider
from pulumi_engine.state import State
from pulumi_engine.steps import Engine, EngineError, PartError, Step, Told, bare
from specc_targets.pulumi.preview.monitor import Message, Ran, run_program

__all__ = ["Applied", "Engine", "EngineError", "PartError", "Told", "apply", "bare", "destroy", "provider", "refresh"]


@dataclass(frozen=True)
class Applied:
    """How an apply ended."""

    state: State
    steps: list[Step]
    outputs: dict[str, Any]
    ran: Ran | None = None

    @property
    def changes(self) -> list[Step]:
        """What was done to resources of the provider, but not where nothing was to do."""
        return [(op, name) for op, name in self.steps if op != "same"]

    @property
    def errors(self) -> list[str]:
        """What went wrong."""
        return [message.text for message in self.ran.errors] if self.ran else []


def provider(config: Mapping[str, str]) -> Provider:
    """The provider, as the configuration of a stack says."""
    prefix = "aws:"
    return Provider(Cloud({key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}))


def apply(
    directory: Path,
    config: Mapping[str, str],
    state: State,
    *,
    project: str,
    stack: str,
    using: Provider | None = None,
    dry_run: bool = False,
    save: Callable[[State], None] = lambda _: None,
    tell: Callable[[Told, str], None] = lambda *_: None,
    environment: Mapping[str, str] | None = None,
    secret_keys: tuple[str, ...] = (),
    targets: frozenset[str] = frozenset(),
    raises: bool = True,
) -> Applied:
    """`pulumi up`, or its preview. What goes wrong is raised unless `raises` is false; the state is then half-way."""
    engine = Engine(directory, project, stack, state, using or provider(config), dry_run, save, tell, targets)
    ran = run_program(
        directory,
        project=project,
        stack=stack,
        config=config,
        planner=engine,
        dry_run=dry_run,
        timeout=120,
        environment=environment,
        secret_keys=secret_keys,
    )
    if ran.ok:
        try:
            engine.finish()
        except EngineError as error:
            ran = replace(ran, ok=False, messages=(*ran.messages, Message("error", "", str(error))))
    done = Applied(engine.state, engine.steps, engine.state.outputs, ran)
    if raises and not ran.ok:
        raise AssertionError(f"{done.errors}\n{ran.stderr}")
    return done


def destroy(config: Mapping[str, str], state: State, *, using: Provider | None = None, **more: Any) -> Applied:
    """`pulumi destroy`."""
    engine = Engine(Path(), "", "", state, using or provider(config), **more)
    engine.destroy()
    return Applied(engine.state, engine.steps, {})


def refresh(config: Mapping[str, str], state: State, *, using: Provider | None = None, **more: Any) -> Applied:
    """`pulumi refresh`."""
    engine = Engine(Path(), "", "", state, using or provider(config), **more)
    engine.refresh()
    return Applied(engine.state, engine.steps, engine.state.outputs)
