"""What the command `specc preview` calls. Everything raises `TargetError`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Diagnostic, Place, closest
from specc_targets.pulumi.preview.as_data import preview_data
from specc_targets.pulumi.preview.configured import Configured, configured
from specc_targets.pulumi.preview.extra import need_pulumi
from specc_targets.pulumi.preview.losses import refusals
from specc_targets.pulumi.preview.monitor import Message, Ran, run_program
from specc_targets.pulumi.preview.planner import StatePlanner
from specc_targets.pulumi.preview.result import Preview
from specc_targets.pulumi.preview.shown import hidden, safe
from specc_targets.pulumi.preview.state import State, StateError, read_state, stack_of, state_text
from specc_targets.pulumi.preview.telling import diagnostics
from specc_targets.pulumi.preview.text import Paint, text
from specc_targets.pulumi.program.files import DEFAULT_STACK
from specc_targets.pulumi.program.writer import WHOLE

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc_targets.pulumi.projects import Project

TIMEOUT = 120
"""Seconds that a program may take; ours take one or two."""
Say = Callable[[str], None]


class PreviewDriver:
    """Finds out and tells what an update would do."""

    def preview(
        self,
        compilation: Compilation,
        *,
        against: Path | None,
        image: str | None,
        config: Mapping[str, str],
        say: Say,
    ) -> Preview | None:
        """Build a spec and run its program without an account; None when the diagnostics say why not."""
        need_pulumi()
        state = read_state(against) if against is not None else State()
        with tempfile.TemporaryDirectory(prefix="specc-preview-") as folder:
            directory = Path(folder).resolve()
            _of_this_stack(compilation, state)
            _take_settings(compilation, directory)
            from specc_targets.pulumi.projects import write_project

            project = write_project(compilation, directory, image=image, virtualenv=None)
            return None if project is None else _previewed(compilation, project, state, against, config, image, say)

    def text(self, preview: Preview, *, verbose: bool, paint: Paint | None) -> str:
        """It for people."""
        return text(preview, verbose=verbose, paint=paint or (lambda line, _: line))

    def data(self, preview: Preview) -> dict[str, Any]:
        """It for programs."""
        return preview_data(preview)

    def diagnostics(self, compilation: Compilation, preview: Preview) -> tuple[Diagnostic, ...]:
        """What is in the way of an update, at the lines of the spec."""
        return diagnostics(compilation, preview)

    def state(self, preview: Preview, version: str) -> str:
        """What the account would hold, in the form of `pulumi stack export`."""
        return hidden(state_text(preview.plan.after, made_by=f"specc {version}"), preview.secrets)


def _of_this_stack(compilation: Compilation, state: State) -> None:
    """Raise `StateError` where a state is that of another stack: nothing in it is the spec's."""
    module, there = compilation.module, stack_of(state)
    if module is None or there is None:
        return
    here = f"{module.name}/{module.deployment.stack or DEFAULT_STACK}"
    if there != here:
        raise StateError(
            f"this is the state of {there}, and the spec compiles to {here}: `specc up` would start a stack of its own "
            f"and leave that one as it is; give a state of {here}, or the --stack that the state is of"
        )


def _with_image(config: Mapping[str, str], image: str | None) -> Mapping[str, str]:
    """An image is a setting, too."""
    return config if image is None else {**config, "image": image}


def _take_settings(compilation: Compilation, directory: Path) -> None:
    """Put there what the stack is configured with on this machine."""
    from specc_targets.pulumi.driving.folders import Folders

    module, spec = compilation.module, compilation.spec
    if module is None or spec is None:
        return
    settings = Folders.of(spec.root, module.name, module.deployment.stack or DEFAULT_STACK).settings
    if settings.is_file():
        shutil.copyfile(settings, directory / settings.name)


def _previewed(
    compilation: Compilation,
    project: Project,
    state: State,
    against: Path | None,
    given: Mapping[str, str],
    image: str | None,
    say: Say,
) -> Preview:
    program = project.program
    config = configured(project.directory, program.project, program.stack, _with_image(given, image))
    planner, ran = _run(project, state, config, symbols=True)
    if not ran.ok and not ran.timed_out and all(not message.urn for message in ran.errors):
        # It may have taken a symbol apart. Then it is asked again, as Pulumi itself would.
        planner, ran = _run(project, state, config, symbols=False)
    told = [item.text for item in ran.messages if item.severity == "info"]
    for line in "\n".join((ran.stdout, ran.stderr, *told)).splitlines():
        if line:
            say(safe(line.expandtabs()))
    plan = planner.plan()
    plan = replace(plan, notes=(*plan.notes, *_missing(config)))
    assert compilation.module is not None, "a project was written"
    settings = compilation.module.deployment.pulumi
    refused = (
        refusals(
            plan.changes,
            allowed=settings.allow_data_loss,
            stateful=program.stateful,
            protected=compilation.module.deployment.protect,
        )
        if ran.ok
        else ()
    )
    return Preview(
        project=program.project,
        stack=program.stack,
        plan=plan,
        against=None if against is None else safe(str(against)),
        refusals=tuple(refused),
        messages=(*ran.messages, *(_unread(given, program.project, ran.asked) if ran.ok else ())),
        secrets=tuple(text for text in ran.secrets if text not in {f"<{name}>" for name in config.secret}),
        places=_places(compilation, program.places),
        origins=program.places,
        steps=program.steps,
    )


def _run(project: Project, state: State, config: Configured, *, symbols: bool) -> tuple[StatePlanner, Ran]:
    program = project.program
    planner = StatePlanner(state, region=config.values.get("aws:region"), symbols=symbols)
    ran = run_program(
        project.directory,
        project=program.project,
        stack=program.stack,
        config=config.values,
        secret_keys=config.secret,
        planner=planner,
        dry_run=True,
        timeout=TIMEOUT,
    )
    return planner, ran


def _unread(given: Mapping[str, str], project: str, asked: Collection[str]) -> Iterator[Message]:
    """What was set for nobody. Settings of other names are for providers."""
    known = [name.removeprefix(f"{project}:") for name in sorted(asked) if name.startswith(f"{project}:")]
    for key in given:
        name = key.removeprefix(f"{project}:")
        if ":" not in name and name not in known:
            near = closest(name, known)
            question = f"; did you mean `{near}`?" if near is not None else ""
            yield Message("warning", "", f"the program reads no setting `{name}`{question}")


def _missing(config: Configured) -> list[str]:
    return [
        f"`{name}` is not configured yet: `specc up` needs `--config {how}`" for name, how in config.missing.items()
    ]


def _places(compilation: Compilation, places: Mapping[str, Place]) -> dict[str, str]:
    """Where the spec asks for each resource, as `birds.toml:12`."""
    spec = compilation.spec
    if spec is None:
        return {}
    found = {}
    for name, place in places.items():
        if place != WHOLE:
            span = spec.locate(place)
            found[name] = f"{safe(os.path.relpath(span.file, spec.root)).replace(os.sep, '/')}:{span.start.line}"
    return found


def driver() -> PreviewDriver:
    """For the registry."""
    return PreviewDriver()
