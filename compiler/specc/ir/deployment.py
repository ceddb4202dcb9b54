"""Where and how a module is deployed. Local runs need none of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specc.diagnostics import ROOT, Place
from specc_runtime.expressions import JsonValue, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is shipped with the code."""

    include: tuple[str, ...] = ()
    """Patterns of further files, relative to the package's root."""
    python: str | None = None
    """`3.12`; None: the version that compiles."""
    requirements: str | None = None
    """File with the dependencies, relative to the spec."""
    format: Literal["zip", "image"] = "zip"
    arch: Literal["arm64", "x86_64"] = "arm64"


@dataclass(frozen=True, slots=True, kw_only=True)
class PulumiSettings:
    """How Pulumi deploys it."""

    extra: str | None = None
    """File that adds resources of the user's, relative to the spec: it defines `extra(resources)`."""
    backend: str | None = None
    """URL of where the state is; None: where the environment says, else a folder of the machine."""
    secrets_provider: str | None = None
    """What encrypts secrets in the state; None: that of the backend."""
    allow_data_loss: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Times at which a run starts: one of `cron` and `rate`."""

    cron: str | None = None
    """Five fields: minute, hour, day of month, month, day of week."""
    rate: float | None = None
    """Seconds from one start to the next."""
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Events that start a run."""

    source: str
    detail_type: str | None = None
    detail: tuple[tuple[str, JsonValue], ...] = ()
    bus: str | None = None
    bucket: str | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What starts a run, and with which parameters: one of `schedule` and `event`."""

    schedule: Schedule | None = None
    event: Event | None = None
    arguments: Template = field(default_factory=lambda: Template({}))
    """An object: parameter -> value; expressions may read `event`."""
    origin: Place = field(default=ROOT, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One environment of a spec."""

    stack: str = ""
    """Its name in `[stacks]`; empty when none was chosen."""
    spec: str = ""
    """The spec that it is deployed for; empty: the module's own. Another one where that runs the module as a step."""
    region: str | None = None
    endpoint: str | None = None
    """Address of an emulator; None: AWS itself."""
    bucket: str | None = None
    """The bucket that holds data between steps; None: one is made."""
    protect: bool = False
    role: str | None = None
    """ARN of the state machine's role; None: one is made."""
    tags: tuple[tuple[str, str], ...] = ()
    """Sorted by name."""
    triggers: tuple[Trigger, ...] = ()
    package: Package = field(default_factory=Package)
    pulumi: PulumiSettings = field(default_factory=PulumiSettings)


NOWHERE = Deployment()
"""What a spec has that says nothing of it."""
