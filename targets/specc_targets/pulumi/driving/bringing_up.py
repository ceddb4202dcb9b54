"""`specc up`: from a checked spec to a stack that stands, by way of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.diagnostics import closest
from specc.targets import TargetError
from specc_targets.pulumi.driving import buckets, images
from specc_targets.pulumi.driving.command import check_packages, find
from specc_targets.pulumi.driving.engine import Engine, EngineFailed
from specc_targets.pulumi.driving.events import Change, Listener
from specc_targets.pulumi.driving.failures import recognize
from specc_targets.pulumi.driving.locks import refuse_locked
from specc_targets.pulumi.driving.losses import losses, refusal
from specc_targets.pulumi.driving.names import check_names_are_free
from specc_targets.pulumi.driving.reading import Reading, read_settings, steps_of
from specc_targets.pulumi.driving.setup import Say, Setup
from specc_targets.pulumi.driving.telling import failed

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc_targets.pulumi.program import Program

SAME = "same"
_FUNCTION = "aws:lambda/function:Function"
_PUBLISHING = frozenset({"update", "replace"})


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How a stack is to be brought up."""

    image: str | None = None
    """The address of the image for steps in containers."""
    config: Mapping[str, str] = field(default_factory=dict)
    step: str | None = None
    """Only what this step needs."""
    plan: Path | None = None
    """Do just what this plan allows."""
    save_plan: Path | None = None
    """Note what is to be done there."""


@dataclass(frozen=True)
class BroughtUp:
    """What it has come to."""

    stack: str
    place: str
    counts: Mapping[str, int]
    """Operation -> number of resources."""
    outputs: Mapping[str, tuple[Any, bool]]

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return any(number for op, number in self.counts.items() if op != SAME)


class Update:
    """A stack that is to be brought up: first what that would do (`preview`), then it is done (`apply`)."""

    def __init__(self, setup: Setup, program: Program, wishes: Wishes, say: Say) -> None:
        self.setup, self.program, self.wishes, self.say = setup, program, wishes, say
        self._lost: list[Change] = []
        """What is to be deleted with its data, as the spec allows."""

    @cached_property
    def engine(self) -> Engine:
        """The engine, with the stack chosen."""
        made = Engine(self.setup, self.program, self.say)
        made.select(create=True)
        return made

    def preview(self) -> list[Change]:
        """What would change, resources that stay as they are among it. Raises `TargetError`, also for lost data."""
        listener = Listener(self.program.steps)
        try:
            self.engine.configure(self._given())
            self.engine.preview(listener, self._targets, self.wishes.save_plan)
        except EngineFailed as error:
            raise failed(self.setup, self.program, error) from None
        self._heed(listener)
        lost = losses(listener.changes, self.program.stateful)
        if lost and not self.setup.settings.allow_data_loss:
            raise refusal(self.setup, self.program, lost)
        self._lost = lost
        return listener.changes

    def apply(self) -> BroughtUp:
        """Do it, telling of each resource that is done. Raises `TargetError`."""
        listener = Listener(self.program.steps, self.say)
        try:
            self._empty_lost()
            outputs = self.engine.up(listener, self._targets, self.wishes.plan)
        except EngineFailed as error:
            raise failed(self.setup, self.program, error) from None
        self._tell_of_versions(listener.changes)
        return BroughtUp(self.setup.name, self.setup.account.place, listener.counts, outputs)

    def _empty_lost(self) -> None:
        """Empty the buckets that are to be deleted, unless somebody else is at work on the stack."""
        lost = [change.id for change in self._lost if buckets.is_own(change.type, change.name) and change.id]
        if not lost:
            return
        refuse_locked(self.setup, self.engine)
        for bucket in lost:
            self.say(
                f"{bucket} is emptied first, and then the stack is changed: should that fail, the bucket may stay, "
                "empty, until the stack is brought up again"
            )
            buckets.make_empty(self.setup.account, bucket, self.say)

    @cached_property
    def _targets(self) -> Sequence[str]:
        """The resources to look at, as patterns of their URNs; none: all."""
        step, known = self.wishes.step, {name for steps in self.program.steps.values() for name in steps}
        if step is None:
            return ()
        if step not in known:
            near = closest(step, known)
            hint = f"; did you mean `{near}`?" if near else f"; there are: {', '.join(sorted(known)) or 'none'}"
            raise TargetError(f"no resource is there for a step `{step}`{hint}")
        names = self._reading.with_needs(steps_of(self.program.steps, step))
        return [f"**::{name}" for name in sorted(names)]

    @cached_property
    def _reading(self) -> Reading:
        return Reading.of(next(content for path, content in self.program.files.items() if path.name == "__main__.py"))

    def _tell_of_versions(self, changes: Sequence[Change]) -> None:
        """A machine calls the versions that it was brought up with: it must be a target for new ones to be called."""
        published = [change.name for change in changes if change.type == _FUNCTION and change.op in _PUBLISHING]
        left_out = self._reading.of_kind("StateMachine") - {target.rsplit("::", 1)[-1] for target in self._targets}
        if self._targets and published and left_out:
            self.say(
                f"runs go on with the version of {', '.join(sorted(set(published)))} that the state machine calls "
                f"until everything is brought up: `specc up {self.setup.spec} --stack {self.setup.folders.stack}`"
            )

    def _given(self) -> dict[str, str]:
        """Configuration to set."""
        return {_with_namespace(key, self.setup.folders.project): value for key, value in self.wishes.config.items()}

    def _heed(self, listener: Listener) -> None:
        """What the engine only warns of, and what must not be passed over."""
        for complaint in listener.complaints:
            if complaint.severity == "warning" and recognize(complaint.text).failure.name == "pending":
                error = EngineFailed(None, "", f"error: {complaint.text}", interrupted=False)
                raise failed(self.setup, self.program, error)


def update(compilation: Compilation, spec: str, wishes: Wishes, say: Say) -> Update | None:
    """Build a spec and write its project; None when the diagnostics say why not. Raises `TargetError`."""
    from specc_targets.pulumi.projects import write_project

    setup = Setup.of(compilation, spec)
    check_packages()
    find(setup.folders)  # before anything is built or asked of AWS
    setup.variables()
    if setup.exists is not True:
        check_names_are_free(setup)
    setup.folders.make()
    project = write_project(compilation, setup.folders.program, virtualenv=None)
    if project is None:
        return None
    setup.kept.restore()
    _check_region(setup, wishes)
    if setup.kept.is_salted and "://" in (setup.settings.secrets_provider or ""):
        say(
            f"the secrets of `{setup.folders.stack}` stay encrypted with the passphrase that it was made with: "
            f"`{setup.settings.secrets_provider}` is for stacks that are made from now on"
        )
    if project.built.image is not None and wishes.image is None and not _has_image(setup, wishes):
        raise TargetError(images.how_to_push(project.built.data))
    wishes = _with_image(wishes)
    image = wishes.config.get("image") or wishes.config.get(f"{setup.folders.project}:image")
    if image and not images.is_fixed(image):
        say(images.warning(image))
    return Update(setup, project.program, wishes, say)


def _check_region(setup: Setup, wishes: Wishes) -> None:
    """A setting that is left from an earlier compile, or given, would bring it up where nobody looks for it.

    Raises `TargetError`.
    """
    settings = read_settings(setup.folders.settings).get("config") or {}
    named = {**settings, **wishes.config}.get("aws:region")
    if named is not None and named != setup.account.region:
        raise TargetError(
            f"`aws:region` is set to {named}, and the spec and the environment say {setup.account.region}: write "
            f'`region = "{named}"` under `[stacks.{setup.folders.stack}]`, or take the setting out of '
            f"{setup.folders.settings} and {setup.kept.path}"
        )


def _with_image(wishes: Wishes) -> Wishes:
    """An image is a setting, so that it need not be given again."""
    if wishes.image is None:
        return wishes
    from dataclasses import replace

    return replace(wishes, config={**wishes.config, "image": wishes.image})


def _has_image(setup: Setup, wishes: Wishes) -> bool:
    key = f"{setup.folders.project}:image"
    given = {_with_namespace(name, setup.folders.project) for name in wishes.config}
    return key in given or bool((read_settings(setup.folders.settings).get("config") or {}).get(key))


def _with_namespace(key: str, project: str) -> str:
    """A key of the configuration; one without a namespace is the program's own."""
    return key if ":" in key else f"{project}:{key}"
