"""What a preview found, with what the spec says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.diagnostics import Place
from specc_targets.pulumi.preview.losses import Refusal
from specc_targets.pulumi.preview.monitor import Message
from specc_targets.pulumi.preview.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What `specc up` would do."""

    project: str
    stack: str
    plan: Plan
    against: str | None
    """The file with the state that it was compared with; None: an account with nothing in it."""
    refusals: tuple[Refusal, ...] = ()
    messages: tuple[Message, ...] = ()
    """What the program said, and what is wrong with it."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Texts that are not to be shown, longest first."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Name of a resource -> `birds.toml:12`; nothing of what the whole spec is the reason for."""
    origins: Mapping[str, Place] = field(default_factory=dict)
    """The same, and of all."""
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a resource -> the steps that it is there for."""

    @property
    def failed(self) -> bool:
        """Whether the program did not come to its end, so that not all is known."""
        return any(message.severity == "error" for message in self.messages)

    @property
    def ok(self) -> bool:
        """Whether an update could go on."""
        return not self.refusals and not self.failed
