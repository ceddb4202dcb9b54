"""What changes a stack: `preview`, `up`, `refresh`, `destroy`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi_engine import engine
from pulumi_engine.cli.backend import CliError, Workspace
from pulumi_engine.cli.events import Events
from pulumi_engine.engine import Engine, EngineError
from pulumi_engine.provider.errors import ProviderError
from pulumi_engine.state import STACK, State


def run(workspace: Workspace, command: str, options: argparse.Namespace) -> None:
    """Run one of the commands, with the stack locked and the events sent."""
    planning = command == "preview" or options.preview_only
    workspace.require()
    config, hidden = workspace.config()
    plan = json.loads(Path(options.plan).read_text())["resourcePlans"] if options.plan else None
    events = Events(options.event_log, planning=planning, plan=plan)
    begun, failed = time.monotonic(), True
    try:
        with workspace.locked():
            state = workspace.load()
            events.send(preludeEvent={"config": {}})
            if state.pending and command in ("up", "preview"):
                events.said("warning", _pending(state))
            if state.pending and options.clear_pending_creates:
                state.pending = []
            save: Callable[[State], None] = (lambda _: None) if planning else workspace.save
            try:
                if command in ("preview", "up"):
                    _program(workspace, options, config, hidden, state, events, save, planning)
                else:
                    _state(command, options, config, state, events, save, planning)
                if not planning:
                    workspace.save(state)
                failed = False
            finally:
                if not planning:
                    kind = {"up": "update"}.get(command, command)
                    workspace.note(kind, "failed" if failed else "succeeded", dict(events.counts))
            if options.save_plan:
                Path(options.save_plan).write_text(json.dumps({"resourcePlans": events.done}))
    except (EngineError, ProviderError) as error:
        events.said("error", f"{error}", _stack_urn(workspace))
        raise CliError(f"error: {error}") from error
    finally:
        events.end(time.monotonic() - begun, failed=failed)
    sys.stdout.write(f"Resources:\n    {dict(events.counts)}\n")


def _program(
    workspace: Workspace,
    options: argparse.Namespace,
    config: dict[str, str],
    hidden: tuple[str, ...],
    state: State,
    events: Events,
    save: Callable[[State], None],
    planning: bool,
) -> None:
    done = engine.apply(
        workspace.folder,
        config,
        state,
        project=workspace.name,
        stack=workspace.stack,
        dry_run=planning,
        save=save,
        tell=events.tell,
        secret_keys=hidden,
        raises=False,
        targets=frozenset(options.target),
    )
    assert done.ran is not None
    for message in done.ran.messages:
        text = message.text
        if (
            message.severity == "error"
            and message.urn
            and not message.urn.endswith(f"{workspace.name}-{workspace.stack}")
        ):
            text = f"1 error occurred:\n\t* {text}\n"
        events.said(message.severity, text, message.urn or _stack_urn(workspace))
    if not done.ran.ok:
        events.said("error", "preview failed" if planning else "update failed", _stack_urn(workspace))
        raise CliError("error: " + ("preview failed" if planning else "update failed") + "\n" + "\n".join(done.errors))


def _state(
    command: str,
    options: argparse.Namespace,
    config: dict[str, str],
    state: State,
    events: Events,
    save: Callable[[State], None],
    planning: bool,
) -> None:
    tell = events.found if command == "refresh" else events.tell
    more: dict[str, Any] = {"save": save, "tell": tell, "dry_run": planning, "targets": frozenset(options.target)}
    working = Engine(Path(), "", "", state, engine.provider(config), **more)
    getattr(working, command)()


def _pending(state: State) -> str:
    listed = "".join(f"\n  * {item.urn}, interrupted while {operation}" for item, operation in state.pending)
    return (
        f"Attempting to deploy or update resources with {len(state.pending)} pending operations from previous deployment."
        f"{listed}\nThese resources are in an unknown state because the Pulumi CLI was interrupted while waiting for "
        "changes to these resources to complete."
    )


def _stack_urn(workspace: Workspace) -> str:
    name = f"{workspace.name}-{workspace.stack}"
    return f"urn:pulumi:{workspace.stack}::{workspace.name}::{STACK}::{name}"
